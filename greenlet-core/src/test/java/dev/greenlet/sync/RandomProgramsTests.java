package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.Deadline;
import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.Synchronizer;
import dev.greenlet.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Random programs whose actors run at once on two hubs, the shared lane and threads of their own.
 * They send, receive, select, lock, meet at a barrier, wait for an event and a promise, time out,
 * run into deadlines, kill and interrupt each other and close. However they interleave: no item is
 * lost or doubled, each consumer sees the items of a producer in order, permits are conserved, one
 * holds the lock at a time, two pass the barrier at a time, and none is left waiting.
 */
@EachEngine
class RandomProgramsTests extends SyncContract {
  private static final int PROGRAMS = 700;
  private static final int SIZED = 3;

  RandomProgramsTests(TestEngine engine) {
    super(engine);
  }

  @Test
  @DisplayName("2.2/43 random programs lose and duplicate nothing, and leave no waiter")
  void keepTheInvariants() {
    for (long seed = 1; seed <= PROGRAMS; seed++) {
      try {
        new Program(seed).run();
      } catch (AssertionError | Exception failure) {
        throw new AssertionError("the program of seed %d failed".formatted(seed), failure);
      }
    }
  }

  /** An item, with the actor that put it and the number of items it had put before. */
  private record Item(int place, int producer, int number) {}

  private final class Program {
    private final SplittableRandom random;
    private final Channel<Item> rendezvous = Channel.rendezvous("0");
    private final Channel<Item> buffered;
    private final GreenletQueue<Item> queue;
    private final GreenletSemaphore semaphore;
    private final int permits;
    private final AtomicInteger inside = new AtomicInteger();
    private final SizedPermits sized = new SizedPermits();
    private final AtomicInteger inUse = new AtomicInteger();
    private final GreenletEvent event = new GreenletEvent("event");
    private final Promise<Integer> promise = new Promise<>("promise");
    private final List<Thread> running = new CopyOnWriteArrayList<>();
    private final GreenletLock lock = new GreenletLock("lock");
    private final Condition changed = lock.newCondition();
    private int lockings; // guarded by the lock
    private int locked; // guarded by the lock
    private final AtomicInteger signalled = new AtomicInteger();
    private final AtomicInteger cancellation = new AtomicInteger();
    private final AtomicInteger lockedInAll = new AtomicInteger();
    private final GreenletBarrier barrier = new GreenletBarrier(2, "pair");
    private final AtomicInteger firsts = new AtomicInteger();
    private final AtomicInteger seconds = new AtomicInteger();
    private final Queue<Item> accepted = new ConcurrentLinkedQueue<>();
    private final List<Queue<Item>> taken = new ArrayList<>();
    private final List<GreenletTask<Void>> actors = new ArrayList<>();
    private final List<FutureTask<Void>> threads = new ArrayList<>();
    private final CountDownLatch allThere = new CountDownLatch(1);

    Program(long seed) {
      random = new SplittableRandom(seed);
      buffered = Channel.buffered(1 + random.nextInt(3), "1");
      queue = GreenletQueue.fifo(1 + random.nextInt(3), "2");
      permits = 1 + random.nextInt(2);
      semaphore = GreenletSemaphore.bounded(permits, "permits");
      sized.release(SIZED);
    }

    void run() throws Exception {
      int number = 3 + random.nextInt(6);
      for (int i = 0; i < number; i++) {
        Actor actor = new Actor(i, random.split());
        taken.add(actor.taken);
        String name = "actor-" + i;
        switch (random.nextInt(4)) {
          case 0 -> actors.add(onHub(name, actor::act));
          case 1 -> actors.add(onOtherHub(name, actor::act));
          case 2 -> actors.add(runtime.spawn(SpawnOptions.named(name), actor::act));
          default -> threads.add(inThread(name, actor::act));
        }
      }
      allThere.countDown();
      letTimePass();
      verify();
    }

    private void letTimePass() {
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      for (GreenletTask<Void> actor : actors) {
        while (!actor.isDone()) {
          time.advance(MOMENT);
          Thread.yield();
          assertThat(System.nanoTime() - deadline)
              .as("%s is left %s, waiting for %s", actor, actor.greenletState(), actor.waitingOn())
              .isNegative();
        }
      }
      for (FutureTask<Void> thread : threads) {
        while (!thread.isDone()) {
          time.advance(MOMENT);
          Thread.yield();
          assertThat(System.nanoTime() - deadline).as("a thread is left").isNegative();
        }
      }
    }

    private void verify() throws Exception {
      for (FutureTask<Void> thread : threads) {
        thread.get();
      }
      for (GreenletTask<Void> actor : actors) {
        assertThat(actor.outcome()).as("%s", actor).isNotInstanceOf(Outcome.Failed.class);
      }
      assertThat(lock.holder()).isNull();
      assertThat(lock.waiters()).isEmpty();
      assertThat(((Synchronizer) changed).waiters()).isEmpty();
      lock.lock();
      assertThat(lockings).isEqualTo(lockedInAll.get());
      lock.unlock();
      assertThat(signalled).as("woken by a signal").hasValueLessThanOrEqualTo(cancellation.get());
      assertThat(firsts).as("the first arrivals at the barrier").hasValue(seconds.get());
      assertThat(barrier.waiters()).isEmpty();
      List<Item> out = new ArrayList<>();
      for (Queue<Item> consumed : taken) {
        verifyOrder(consumed);
        out.addAll(consumed);
      }
      rendezvous.close();
      buffered.close();
      buffered.forEach(out::add);
      queue.drainTo(out);
      assertThat(out).containsExactlyInAnyOrderElementsOf(accepted).doesNotHaveDuplicates();
      assertThat(semaphore.availablePermits()).isEqualTo(permits);
      assertThat(rendezvous.waiters()).isEmpty();
      assertThat(buffered.waiters()).isEmpty();
      assertThat(queue.waiters()).isEmpty();
      assertThat(semaphore.waiters()).isEmpty();
      assertThat(sized.available()).isEqualTo(SIZED);
      assertThat(sized.queue.waiters()).isEmpty();
      assertThat(event.waiters()).isEmpty();
      assertThat(promise.waiters()).isEmpty();
    }

    private static void verifyOrder(Queue<Item> consumed) {
      Map<String, Integer> last = new HashMap<>();
      for (Item item : consumed) {
        Integer before = last.put(item.place + " from " + item.producer, item.number);
        assertThat(before == null || before < item.number)
            .as("%s came after number %s", item, before)
            .isTrue();
      }
    }

    private final class Actor {
      private final int id;
      private final SplittableRandom choice;
      private final Queue<Item> taken = new ConcurrentLinkedQueue<>();
      private int made;

      Actor(int id, SplittableRandom choice) {
        this.id = id;
        this.choice = choice;
      }

      Void act() throws Exception {
        allThere.await();
        int steps = 5 + choice.nextInt(15);
        running.add(Thread.currentThread());
        for (int i = 0; i < steps; i++) {
          try {
            stepInTime();
          } catch (InterruptedException | TimeoutException disturbed) {
            made++;
          }
        }
        return null;
      }

      private void stepInTime() throws InterruptedException, TimeoutException {
        if (Greenlets.currentOrNull() == null || choice.nextInt(4) != 0) {
          step();
          return;
        }
        Deadline.<@Nullable Void, InterruptedException>within(
            Duration.ofMillis(choice.nextInt(3)),
            () -> {
              step();
              return null;
            });
      }

      private void step() throws InterruptedException {
        Duration patience = Duration.ofMillis(choice.nextInt(4));
        switch (choice.nextInt(34)) {
          case 0, 1, 2 -> send(rendezvous, 0, patience);
          case 3, 4 -> send(buffered, 1, patience);
          case 5, 6, 7 -> put(patience);
          case 8, 9, 10 -> receive(rendezvous, patience);
          case 11, 12 -> receive(buffered, patience);
          case 13, 14 -> take(patience);
          case 15, 16 -> select(patience);
          case 17, 18 -> usePermit(patience);
          case 19, 20, 21 -> useLock(patience);
          case 22, 23, 24 -> meet(patience);
          case 25, 26, 27 -> useSized(1 + choice.nextInt(SIZED), patience);
          case 28 -> event.await(patience);
          case 29 -> toggle();
          case 30 -> keepOrExpect(patience);
          default -> disturb();
        }
      }

      private void send(Channel<Item> channel, int place, Duration patience)
          throws InterruptedException {
        Item item = new Item(place, id, made++);
        if (channel.send(item, patience) == Sent.ACCEPTED) {
          accepted.add(item);
        }
      }

      private void receive(Channel<Item> channel, Duration patience) throws InterruptedException {
        if (channel.receive(patience) instanceof Received.Value<Item>(Item item)) {
          taken.add(item);
        }
      }

      private void put(Duration patience) throws InterruptedException {
        Item item = new Item(2, id, made++);
        try {
          if (queue.offer(item, patience)) {
            accepted.add(item);
          }
        } catch (QueueClosedException e) {
          made++;
        }
      }

      private void take(Duration patience) throws InterruptedException {
        try {
          Item item = queue.poll(patience);
          if (item != null) {
            taken.add(item);
          }
        } catch (QueueClosedException e) {
          made++;
        }
      }

      private void select(Duration patience) throws InterruptedException {
        Item item = new Item(0, id, made++);
        Select.<Boolean>of(
                buffered.onReceive(taken::add, () -> false),
                rendezvous.onSend(item, () -> accepted.add(item), () -> false),
                rendezvous.onReceive(taken::add, () -> false))
            .await(patience, () -> false);
      }

      private void usePermit(Duration patience) throws InterruptedException {
        if (!semaphore.tryAcquire(patience)) {
          return;
        }
        try {
          assertThat(inside.incrementAndGet()).isLessThanOrEqualTo(permits);
          linger(patience);
        } finally {
          inside.decrementAndGet();
          semaphore.release();
        }
      }

      private void useSized(int size, Duration patience) throws InterruptedException {
        if (!sized.acquire(size, WaitLimit.of(patience))) {
          return;
        }
        try {
          assertThat(inUse.addAndGet(size)).isLessThanOrEqualTo(SIZED);
          linger(patience);
        } finally {
          inUse.addAndGet(-size);
          sized.release(size);
        }
      }

      private void toggle() {
        if (choice.nextBoolean()) {
          event.set();
        } else {
          event.clear();
        }
      }

      private void keepOrExpect(Duration patience) throws InterruptedException {
        if (choice.nextInt(4) == 0) {
          promise.complete(id);
        } else {
          promise.join(patience);
        }
      }

      private void linger(Duration patience) throws InterruptedException {
        if (Greenlets.currentOrNull() == null) {
          Thread.yield();
        } else {
          Greenlets.sleep(patience);
        }
      }

      private void useLock(Duration patience) throws InterruptedException {
        if (choice.nextBoolean()) {
          lock.lock();
        } else if (!lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        try {
          enterLock();
          switch (choice.nextInt(4)) {
            case 0 -> linger(patience);
            case 1 -> signal();
            case 2 -> waitForChange(patience);
            default -> linger(Duration.ZERO);
          }
          leaveLock();
        } finally {
          locked = 0;
          lock.unlock();
        }
      }

      private void signal() {
        cancellation.incrementAndGet();
        changed.signal();
      }

      private void waitForChange(Duration patience) throws InterruptedException {
        leaveLock();
        if (changed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          signalled.incrementAndGet();
        }
        enterLock();
      }

      private void enterLock() {
        assertThat(++locked).as("holders of the lock").isEqualTo(1);
        lockings++;
        lockedInAll.incrementAndGet();
      }

      private void leaveLock() {
        locked--;
      }

      private void meet(Duration patience) throws InterruptedException {
        try {
          int missing = barrier.await(patience);
          assertThat(missing).isBetween(0, 1);
          (missing == 0 ? seconds : firsts).incrementAndGet();
        } catch (TimeoutException | BrokenBarrierException alone) {
          barrier.reset();
        }
      }

      private void disturb() {
        switch (choice.nextInt(9)) {
          case 0 -> queue.close();
          case 1 -> rendezvous.close();
          case 2 -> buffered.close();
          case 3, 4, 5 -> running.get(choice.nextInt(running.size())).interrupt();
          default -> {
            if (!actors.isEmpty()) {
              actors.get(choice.nextInt(actors.size())).kill("by actor " + id);
            }
          }
        }
      }
    }
  }
}
