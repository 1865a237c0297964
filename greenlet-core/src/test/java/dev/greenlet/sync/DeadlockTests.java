package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.DeadlockException;
import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.TestEngine;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@EachEngine
class DeadlockTests extends SyncContract {
  private final GreenletLock first = new GreenletLock("first");
  private final GreenletLock second = new GreenletLock("second");
  private final GreenletLock third = new GreenletLock("third");
  private final GreenletEvent go = new GreenletEvent("go");

  DeadlockTests(TestEngine engine) {
    super(engine);
  }

  private String take(GreenletLock mine, GreenletLock other) throws Exception {
    mine.lock();
    try {
      go.await();
      other.lock();
      other.unlock();
      return "went on";
    } finally {
      mine.unlock();
    }
  }

  private static List<Throwable> deadlocks(List<GreenletTask<String>> tasks) throws Exception {
    List<Throwable> found = new ArrayList<>();
    for (GreenletTask<String> task : tasks) {
      if (task.join() instanceof Outcome.Failed<String>(Throwable cause)) {
        found.add(cause);
      }
    }
    return found;
  }

  @Test
  void theWaitThatCompletesACycleFailsAndTheOtherContinues() throws Exception {
    GreenletTask<String> a = onHub("a", () -> take(first, second));
    GreenletTask<String> b = onHub("b", () -> take(second, first));
    awaitWaiters(go, 2);
    go.set();

    assertThat(a.get()).isEqualTo("went on");
    assertThat(deadlocks(List.of(b)))
        .singleElement()
        .isInstanceOf(DeadlockException.class)
        .extracting(Throwable::getMessage)
        .isEqualTo(
            """
            None of these 2 can continue: take locks in one order everywhere, or wait with a timeout
              %2$s on hub '%3$s' waits for lock 'first', held by %1$s
              %1$s on hub '%3$s' waits for lock 'second', held by %2$s\
            """
                .formatted(a, b, hub.name()));
  }

  @Test
  void aRingOverTwoHubsHasOneVictim() throws Exception {
    List<GreenletTask<String>> ring =
        List.of(
            onHub("a", () -> take(first, second)),
            onOtherHub("b", () -> take(second, third)),
            onHub("c", () -> take(third, first)));
    awaitWaiters(go, 3);
    go.set();

    assertThat(deadlocks(ring)).singleElement().isInstanceOf(DeadlockException.class);
  }

  @Test
  void joiningEachOtherIsFound() throws Exception {
    CompletableFuture<GreenletTask<String>> other = new CompletableFuture<>();
    GreenletTask<String> a =
        onHub(
            "a",
            () -> {
              go.await();
              return other.join().join().toString();
            });
    GreenletTask<String> b = onOtherHub("b", () -> a.join().toString());
    other.complete(b);
    awaitParked(b);
    go.set();

    assertThat(deadlocks(List.of(a, b))).singleElement().isInstanceOf(DeadlockException.class);
  }

  @Test
  void aLockAndAJoinAreFound() throws Exception {
    GreenletTask<String> parent =
        onHub(
            "parent",
            () -> {
              first.lock();
              try {
                GreenletTask<String> child = onHub("child", () -> take(second, first));
                go.set();
                return child.join() instanceof Outcome.Failed<String>(Throwable cause)
                    ? cause.getClass().getSimpleName()
                    : "fine";
              } finally {
                first.unlock();
              }
            });

    assertThat(parent.get()).isEqualTo("DeadlockException");
  }

  @Test
  void aWaitWithATimeoutIsNoPartOfACircle() throws Exception {
    GreenletTask<Boolean> timed =
        onHub(
            "timed",
            () -> {
              first.lock();
              try {
                go.await();
                return second.tryLock(1, TimeUnit.HOURS);
              } finally {
                first.unlock();
              }
            });
    GreenletTask<String> other = onHub("other", () -> take(second, first));
    awaitWaiters(go, 2);
    go.set();
    awaitWaiters(first, 1);
    awaitWaiters(second, 1);
    time.advance(HOUR);

    assertThat(timed.get()).isFalse();
    assertThat(other.get()).isEqualTo("went on");
  }

  @Test
  void aHolderThatReleasedAndEndedDuringTheCheckIsNotReported() throws Exception {
    Thread ended = Thread.startVirtualThread(() -> {});
    ended.join();
    Iterator<Strand> holders = List.of(new Strand(ended, null)).iterator();
    CompletableFuture<Waiter> waiting = new CompletableFuture<>();
    GreenletTask<String> task =
        onHub(
            "waiter",
            () -> {
              Waiter waiter = Waiter.ofCurrent().at(new HeldInTurn(holders));
              waiting.complete(waiter);
              waiter.await(HeldInTurn.REASON);
              return "went on";
            });
    awaitParked(task);
    waiting.get().wake();

    assertThat(task.get()).isEqualTo("went on");
  }

  /** Held by another strand at each look, and by none in the end. */
  private record HeldInTurn(Iterator<Strand> inTurn) implements Synchronizer {
    static final WaitReason REASON = new WaitReason("lock", "passed on");

    @Override
    public WaitReason waitReason() {
      return REASON;
    }

    @Override
    public @Nullable Strand holder() {
      return inTurn.hasNext() ? inTurn.next() : null;
    }

    @Override
    public List<Strand> waiters() {
      return List.of();
    }
  }

  @Test
  void randomOrdersNeverHangAndOneOrderNeverAlarms() throws Exception {
    List<GreenletLock> locks = List.of(first, second, third);
    for (long seed = 1; seed <= 200; seed++) {
      boolean inOrder = seed % 2 == 0;
      SplittableRandom random = new SplittableRandom(seed);
      List<GreenletTask<String>> tasks = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int one = random.nextInt(3);
        int two = (one + 1 + random.nextInt(2)) % 3;
        GreenletLock outer = locks.get(inOrder ? Math.min(one, two) : one);
        GreenletLock inner = locks.get(inOrder ? Math.max(one, two) : two);
        tasks.add(
            i % 2 == 0
                ? onHub("here", () -> both(outer, inner))
                : onOtherHub("there", () -> both(outer, inner)));
      }
      List<Throwable> found = deadlocks(tasks);
      assertThat(found).as("seed %d", seed).allMatch(DeadlockException.class::isInstance);
      if (inOrder) {
        assertThat(found).as("seed %d", seed).isEmpty();
      }
    }
  }

  private static String both(GreenletLock outer, GreenletLock inner) {
    outer.lock();
    try {
      Greenlets.yieldNow();
      inner.lock();
      inner.unlock();
      return "done";
    } finally {
      outer.unlock();
    }
  }
}
