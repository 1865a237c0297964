package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@EachEngine
class GreenletQueueTests extends SyncContract {
  private final GreenletQueue<Integer> queue = GreenletQueue.fifo(2, "work");

  GreenletQueueTests(TestEngine engine) {
    super(engine);
  }

  // --- waiting -----------------------------------------------------------------------------------

  @Test
  @DisplayName(
      "2.2/42 a putter waits while a bounded queue is full, and continues when one is taken")
  void waitsWhileFull() throws Exception {
    GreenletTask<Integer> putter =
        onHub(
            "putter",
            () -> {
              for (int i = 1; i <= 3; i++) {
                queue.put(i);
                log.add("put " + i);
              }
              return queue.size();
            });
    awaitWaiters(queue, 1);
    assertThat(log).containsExactly("put 1", "put 2");
    assertThat(queue.remainingCapacity()).isZero();

    assertThat(queue.take()).isEqualTo(1);

    assertThat(putter.get()).isEqualTo(2);
    assertThat(List.of(queue.take(), queue.take())).containsExactly(2, 3);
  }

  @Test
  @DisplayName("2.2/42 takers are served in the order of their arrival")
  void servesTakersInOrder() throws Exception {
    List<GreenletTask<Integer>> takers = takers(3);

    queue.put(1);
    queue.put(2);
    queue.put(3);

    for (int i = 0; i < 3; i++) {
      assertThat(takers.get(i).get()).isEqualTo(i + 1);
    }
  }

  @Test
  @DisplayName("2.2/42 putters are served in the order of their arrival")
  void servesPuttersInOrder() throws Exception {
    queue.put(1);
    queue.put(2);
    for (int i = 3; i <= 5; i++) {
      int value = i;
      onHub(
          "putter",
          () -> {
            queue.put(value);
            return null;
          });
      awaitWaiters(queue, i - 2);
    }

    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      taken.add(queue.take());
    }

    assertThat(taken).containsExactly(1, 2, 3, 4, 5);
  }

  private List<GreenletTask<Integer>> takers(int number) {
    List<GreenletTask<Integer>> takers = new ArrayList<>();
    for (int i = 1; i <= number; i++) {
      takers.add(onHub("taker", queue::take));
      awaitWaiters(queue, i);
    }
    return takers;
  }

  @Test
  @DisplayName("2.2/43 a timed-out getter never eats an item")
  void aTimedOutTakerEatsNothing() throws Exception {
    GreenletTask<Integer> impatient = onHub("impatient", () -> queue.poll(SECOND));
    awaitWaiters(queue, 1);
    time.advance(SECOND);
    assertThat(impatient.get()).isNull();

    queue.put(1);

    assertThat(queue).containsExactly(1);
  }

  @Test
  @DisplayName("2.2/43 of two getters one is killed, the other gets the item")
  void aKilledTakerEatsNothing() throws Exception {
    List<GreenletTask<Integer>> takers = takers(2);

    onHub(
            "killer",
            () -> {
              takers.get(0).kill("enough");
              takers.get(0).join();
              return queue.offer(1);
            })
        .join();

    assertThat(takers.get(0).join()).isInstanceOf(Outcome.Killed.class);
    assertThat(takers.get(1).get()).isEqualTo(1);
  }

  @Test
  @DisplayName("2.2/43 getters that all give up leave the items to later ones")
  void takersThatAllGaveUpEatNothing() throws Exception {
    List<GreenletTask<Integer>> takers = takers(2);
    takers.forEach(taker -> taker.kill("enough"));
    for (GreenletTask<Integer> taker : takers) {
      taker.join();
    }

    queue.put(1);

    assertThat(onOtherHub("later", queue::take).get()).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "2.2/43 a getter that was served before the kill has its item and ends at the next wait")
  void keepsTheItemWhenKilledTooLate() throws Exception {
    GreenletTask<Void> victim =
        onHub(
            "victim",
            () -> {
              log.add("took " + queue.take());
              Greenlets.yieldNow();
              log.add("never");
              return null;
            });
    awaitWaiters(queue, 1);

    onHub(
            "killer",
            () -> {
              queue.put(1);
              victim.kill("too late");
              return null;
            })
        .join();

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(log).containsExactly("took 1");
  }

  @Test
  @DisplayName(
      "2.2/43 a getter that was served before the interrupt has its item and stays interrupted")
  void keepsTheItemWhenInterruptedTooLate() throws Exception {
    Thread[] thread = new Thread[1];
    GreenletTask<Boolean> taker =
        onHub(
            "taker",
            () -> {
              thread[0] = Thread.currentThread();
              log.add("took " + queue.take());
              return Thread.currentThread().isInterrupted();
            });
    awaitWaiters(queue, 1);

    onHub(
            "interrupter",
            () -> {
              queue.put(1);
              thread[0].interrupt();
              return null;
            })
        .join();

    assertThat(taker.get()).isTrue();
    assertThat(log).containsExactly("took 1");
  }

  @Test
  @DisplayName("2.2/43 a putter that timed out or was killed has put nothing")
  void aPutterThatGaveUpHasPutNothing() throws Exception {
    queue.put(1);
    queue.put(2);
    GreenletTask<Boolean> impatient = onHub("impatient", () -> queue.offer(3, SECOND));
    awaitWaiters(queue, 1);
    GreenletTask<Boolean> victim = onHub("victim", () -> queue.offer(4, HOUR));
    awaitWaiters(queue, 2);
    time.advance(SECOND);
    assertThat(impatient.get()).isFalse();
    victim.kill("enough");
    victim.join();

    assertThat(List.of(queue.take(), queue.take())).containsExactly(1, 2);
    assertThat(queue).isEmpty();
  }

  @Test
  @DisplayName("2.2/44 a put that does not wait releases a taker, from any thread")
  void anOfferReleasesATaker() throws Exception {
    List<GreenletTask<Integer>> takers = takers(2);

    assertThat(queue.offer(1)).isTrue();
    assertThat(onOtherHub("offerer", () -> queue.offer(2)).get()).isTrue();

    assertThat(takers.get(0).get()).isEqualTo(1);
    assertThat(takers.get(1).get()).isEqualTo(2);
  }

  @Test
  @DisplayName("2.2/44 a get that does not wait releases a putter")
  void aPollReleasesAPutter() throws Exception {
    queue.put(1);
    queue.put(2);
    GreenletTask<Boolean> putter = onHub("putter", () -> queue.offer(3, HOUR));
    awaitWaiters(queue, 1);
    assertThat(queue.offer(4)).isFalse();

    assertThat(queue.poll()).isEqualTo(1);

    assertThat(putter.get()).isTrue();
    assertThat(queue).containsExactly(2, 3);
  }

  @Test
  @DisplayName("2.2/45 a peek shows the head and takes nothing")
  void peeks() {
    assertThat(queue.peek()).isNull();
    queue.add(1);
    assertThat(queue.peek()).isEqualTo(1);
    assertThat(queue).containsExactly(1);
  }

  @Test
  @DisplayName("2.2/47 two hubs and a thread exchange many items, in order and none lost")
  void isUsedFromEverywhere() throws Exception {
    List<Future<Integer>> producers =
        List.of(
            onHub("producer", () -> produce(0)),
            onOtherHub("producer", () -> produce(1)),
            inThread("producer", () -> produce(2)));
    List<Future<int[]>> consumers =
        List.of(
            onHub("consumer", this::consume),
            onOtherHub("consumer", this::consume),
            inThread("consumer", this::consume));
    for (Future<Integer> producer : producers) {
      producer.get();
    }
    queue.close();

    int[] sum = new int[3];
    for (Future<int[]> consumer : consumers) {
      int[] seen = consumer.get();
      for (int producer = 0; producer < 3; producer++) {
        sum[producer] += seen[producer];
      }
    }
    assertThat(sum).containsExactly(1000, 1000, 1000);
  }

  private int produce(int producer) throws InterruptedException {
    for (int i = 0; i < 1000; i++) {
      queue.put(i * 3 + producer);
    }
    return producer;
  }

  private int[] consume() throws InterruptedException {
    int[] last = {-1, -1, -1};
    int[] seen = new int[3];
    while (true) {
      int item;
      try {
        item = queue.take();
      } catch (QueueClosedException e) {
        return seen;
      }
      assertThat(item / 3).isGreaterThan(last[item % 3]);
      last[item % 3] = item / 3;
      seen[item % 3]++;
    }
  }

  @Test
  void callsThatNeverWaitNeverGiveUpTheHub() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    List<Future<Integer>> rivals = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      rivals.add(
          inThread(
              "rival",
              () -> {
                while (!done.get()) {
                  queue.offer(1);
                  queue.poll();
                }
                return 0;
              }));
    }

    GreenletTask<Long> switches =
        onHub(
            "greenlet",
            () -> {
              long before = Greenlets.current().switches();
              for (int i = 0; i < 20_000; i++) {
                queue.offer(1);
                queue.poll();
              }
              return Greenlets.current().switches() - before;
            });

    assertThat(switches.get()).isZero();
    done.set(true);
    for (Future<Integer> rival : rivals) {
      rival.get();
    }
  }

  // --- orders ------------------------------------------------------------------------------------

  @Test
  void givesTheLastFirst() {
    GreenletQueue<Integer> lifo = GreenletQueue.lifo();
    lifo.addAll(List.of(1, 2, 3));

    assertThat(lifo).containsExactly(3, 2, 1);
    assertThat(List.of(lifo.remove(), lifo.remove(), lifo.remove())).containsExactly(3, 2, 1);
  }

  @Test
  void givesTheLeastFirstAndEqualOnesInOrder() {
    GreenletQueue<String> priority =
        GreenletQueue.priority(Comparator.comparing(String::length), 100, "short first");
    priority.addAll(List.of("ccc", "a", "bb", "b", "dd", "aaa", "c"));
    List<String> taken = new ArrayList<>();

    assertThat(priority).containsExactly("a", "b", "c", "bb", "dd", "ccc", "aaa");
    assertThat(priority.remove("bb")).isTrue();
    assertThat(priority.remove("zz")).isFalse();
    priority.drainTo(taken);
    assertThat(taken).containsExactly("a", "b", "c", "dd", "ccc", "aaa");
  }

  @Test
  void sortsManyElements() {
    GreenletQueue<Integer> priority = GreenletQueue.priority();
    List<Integer> elements = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      elements.add((i * 7919) % 5_000);
    }
    priority.addAll(elements);
    List<Integer> taken = new ArrayList<>();
    assertThat(priority.drainTo(taken)).isEqualTo(5_000);

    assertThat(taken).isSorted().hasSize(5_000);
  }

  @Test
  void aPutterOfAFullPriorityQueueContinuesWhenThereIsRoom() throws Exception {
    GreenletQueue<Integer> priority = GreenletQueue.priority(Comparator.naturalOrder(), 1, "one");
    priority.put(5);
    GreenletTask<Boolean> first = onHub("first", () -> priority.offer(9, HOUR));
    awaitWaiters(priority, 1);
    GreenletTask<Boolean> second = onHub("second", () -> priority.offer(1, HOUR));
    awaitWaiters(priority, 2);

    assertThat(List.of(priority.take(), priority.take(), priority.take())).containsExactly(5, 9, 1);
    assertThat(List.of(first.get(), second.get())).containsOnly(true);
    assertThat(priority.remainingCapacity()).isEqualTo(1);
  }

  @Test
  void aComparatorThatThrowsSpoilsNothing() throws Exception {
    GreenletQueue<Integer> priority =
        GreenletQueue.priority(
            (a, b) -> {
              if (a == 13 || b == 13) {
                throw new IllegalStateException("13");
              }
              return Integer.compare(a, b);
            },
            2,
            "superstitious");
    assertThatThrownBy(() -> priority.add(13)).hasMessage("13");
    priority.addAll(List.of(3, 1));

    assertThatThrownBy(() -> priority.offer(13)).hasMessage("13");
    assertThat(priority).containsExactly(1, 3);
    assertThat(List.of(priority.take(), priority.take())).containsExactly(1, 3);
    assertThat(priority.remainingCapacity()).isEqualTo(2);
  }

  @Test
  void aSearchFindsThePositionAlthoughOthersTakeAndPutMeanwhile() throws Exception {
    AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
    GreenletQueue<Integer> priority =
        GreenletQueue.priority(
            (a, b) -> {
              meanwhile.getAndSet(() -> {}).run();
              return Integer.compare(a, b);
            },
            100,
            "busy");
    priority.addAll(List.of(1, 2, 3, 5));
    List<Integer> taken = new ArrayList<>();

    meanwhile.set(() -> priority.drainTo(taken, 3));
    priority.add(4);
    assertThat(taken).containsExactly(1, 2, 3);
    assertThat(priority).containsExactly(4, 5);

    meanwhile.set(() -> priority.add(7));
    priority.add(6);
    assertThat(priority).containsExactly(4, 5, 6, 7);

    meanwhile.set(priority::clear);
    priority.add(0);
    assertThat(priority).containsExactly(0);
  }

  @Test
  void aComparatorMayWaitAndUseTheQueueItself() throws Exception {
    List<GreenletQueue<Integer>> itself = new ArrayList<>();
    GreenletQueue<Integer> priority =
        GreenletQueue.priority(
            (a, b) -> {
              Greenlets.yieldNow();
              var _ = itself.getFirst().size();
              return Integer.compare(a, b);
            },
            100,
            "slow");
    itself.add(priority);
    List<GreenletTask<Boolean>> putters = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      int value = i;
      putters.add(onHub("putter", () -> priority.add(value)));
    }
    Greenlets.joinAll(putters);

    assertThat(priority).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  // --- done --------------------------------------------------------------------------------------

  @Test
  @DisplayName("2.2/47 join waits until each item is done")
  void joins() throws Exception {
    queue.put(1);
    queue.put(2);
    GreenletTask<Boolean> joiner = onHub("joiner", () -> queue.join(HOUR));
    awaitWaiters(queue, 1);
    queue.take();
    queue.take();
    queue.taskDone();
    assertThat(queue.unfinished()).isEqualTo(1);
    assertThat(joiner.isDone()).isFalse();

    queue.taskDone();

    assertThat(joiner.get()).isTrue();
    assertThat(queue.join(Duration.ZERO)).isTrue();
    queue.join();
  }

  @Test
  @DisplayName("2.2/47 more calls of taskDone than items fail")
  void refusesTooManyDones() {
    assertThatThrownBy(queue::taskDone)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("queue 'work' has no unfinished elements");
  }

  @Test
  void whatIsThrownOutCountsAsDone() throws Exception {
    queue.put(1);
    queue.put(2);
    GreenletTask<Boolean> putter = onHub("putter", () -> queue.offer(3, HOUR));
    awaitWaiters(queue, 1);
    queue.clear();
    assertThat(putter.get()).isTrue();
    assertThat(queue.unfinished()).isEqualTo(1);

    assertThat(queue.remove((Object) 3)).isTrue();

    assertThat(queue.join(Duration.ZERO)).isTrue();
  }

  // --- closing -----------------------------------------------------------------------------------

  @Test
  @DisplayName("2.2/47 a closed queue accepts no elements and is drained, then fails")
  void closes() throws Exception {
    queue.put(1);
    queue.close();

    assertThat(queue.isClosed()).isTrue();
    assertThatThrownBy(() -> queue.put(2))
        .isInstanceOf(QueueClosedException.class)
        .hasMessageContaining("queue 'work' is closed and accepts no elements");
    assertThatThrownBy(() -> queue.offer(2)).isInstanceOf(QueueClosedException.class);
    assertThat(queue.take()).isEqualTo(1);
    assertThatThrownBy(queue::take)
        .isInstanceOf(QueueClosedException.class)
        .hasMessageContaining("queue 'work' is closed and is empty");
    assertThatThrownBy(queue::poll).isInstanceOf(QueueClosedException.class);
    assertThatThrownBy(() -> queue.poll(SECOND)).isInstanceOf(QueueClosedException.class);
    assertThat(queue.drainTo(new ArrayList<>())).isZero();
  }

  @Test
  @DisplayName("2.2/47 closing fails takers and putters that wait")
  void closeEndsPendingWaits() throws Exception {
    GreenletTask<Integer> taker = takers(1).getFirst();
    queue.close();
    assertThatThrownBy(taker::get).hasCauseInstanceOf(QueueClosedException.class);

    GreenletQueue<Integer> full = GreenletQueue.fifo(1, "full");
    full.add(1);
    GreenletTask<Boolean> putter = onHub("putter", () -> full.offer(2, HOUR));
    awaitWaiters(full, 1);
    full.close();
    assertThatThrownBy(putter::get).hasCauseInstanceOf(QueueClosedException.class);
    assertThat(full).containsExactly(1);
  }

  @Test
  @DisplayName("2.2/47 closing at once drops the items and lets joiners go")
  void closesAtOnce() throws Exception {
    queue.put(1);
    queue.put(2);
    GreenletTask<Boolean> joiner = onHub("joiner", () -> queue.join(HOUR));
    awaitWaiters(queue, 1);

    assertThat(queue.closeNow()).containsExactly(1, 2);

    assertThat(joiner.get()).isTrue();
    assertThatThrownBy(queue::take).isInstanceOf(QueueClosedException.class);
  }

  // --- as a collection ---------------------------------------------------------------------------

  @Test
  void isABlockingQueueForAThreadPool() throws Exception {
    try (ExecutorService pool =
        new ThreadPoolExecutor(2, 2, 1, TimeUnit.SECONDS, GreenletQueue.fifo())) {
      assertThat(pool.submit(() -> "done").get()).isEqualTo("done");
    }
  }

  @Test
  void iteratesOverASnapshotAndRemoves() {
    queue.addAll(List.of(1, 2));
    Iterator<Integer> iterator = queue.iterator();
    queue.clear();
    queue.add(3);
    assertThat(iterator.next()).isEqualTo(1);
    iterator.remove();
    assertThatThrownBy(iterator::remove).isInstanceOf(IllegalStateException.class);

    assertThat(queue.contains(3)).isTrue();
    assertThat(queue.toArray()).containsExactly(3);
    assertThat(queue).hasToString("queue 'work' (1 elements)");
  }

  @Test
  void refusesNullsSizesAndItself() {
    assertThatThrownBy(() -> GreenletQueue.fifo(0, "none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'capacity' of queue 'none' must be at least 1, was 0: use a Channel for a rendezvous");
    assertThatThrownBy(() -> queue.drainTo(queue)).isInstanceOf(IllegalArgumentException.class);
  }
}
