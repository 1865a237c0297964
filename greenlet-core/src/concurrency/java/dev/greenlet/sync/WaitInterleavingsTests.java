package dev.greenlet.sync;

import static dev.greenlet.testing.Shared.shared;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All that can happen while threads wait for each other at a primitive. */
@Tag("concurrency")
class WaitInterleavingsTests {
  private static final int INVOCATIONS = 1_000;

  /** A body that may wait. */
  @FunctionalInterface
  interface Body {
    void run() throws Exception;
  }

  private static void explore(Body body) {
    Lincheck.runConcurrentTest(INVOCATIONS, () -> run(body));
  }

  private static void run(Body body) {
    try {
      body.run();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Plain, for the checker follows every call that is made in here. */
  private static void expect(Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError("expected " + expected + ", was " + actual);
    }
  }

  private static Thread start(Body body) {
    Thread thread = new Thread(() -> run(body));
    thread.start();
    return thread;
  }

  private static Thread startInterruptible(Body body) {
    return start(
        () -> {
          try {
            body.run();
          } catch (InterruptedException expected) {
            // it has left
          }
        });
  }

  /**
   * Hunted for: the put comes between the taker's look and its place in line, and neither sees the
   * other.
   */
  @Test
  void aTakerAndAPutterAlwaysMeet() {
    explore(
        () -> {
          GreenletQueue<Integer> queue = shared(GreenletQueue.fifo(1, "one"));
          Thread putter =
              start(
                  () -> {
                    queue.put(1);
                    queue.put(2);
                  });
          expect(1, queue.take());
          expect(2, queue.take());
          putter.join();
          expect(true, queue.waiters().isEmpty());
        });
  }

  /**
   * Hunted for: the taker that makes room promises it to a waiting putter, and a third one uses it, so
   * that the queue holds more than its capacity or the putter waits forever.
   */
  @Test
  void roomThatIsPromisedIsKept() {
    explore(
        () -> {
          GreenletQueue<Integer> queue = shared(GreenletQueue.priority(Integer::compare, 1, "one"));
          queue.put(5);
          Thread patient = start(() -> queue.put(7));
          AtomicReference<Boolean> offered = new AtomicReference<>();
          Thread hasty = start(() -> offered.set(queue.offer(3)));
          int sum = queue.take() + queue.take();
          patient.join();
          hasty.join();
          Integer rest = queue.poll();
          sum += rest == null ? 0 : rest;
          expect(offered.get() ? 15 : 12, sum);
          expect(1, queue.remainingCapacity());
        });
  }

  /** Hunted for: the close comes between the taker's look and its place in line, and misses it. */
  @Test
  void aCloseReachesAnArrivingWaiter() {
    explore(
        () -> {
          Channel<Integer> channel = shared(Channel.rendezvous("closing"));
          Thread closer = start(channel::close);
          expect(new Received.Closed<Integer>(), channel.receive());
          closer.join();
        });
  }

  /**
   * Hunted for: each of two selects serves a clause of the other, so that one gives or takes twice; or
   * both are queued and neither is served.
   */
  @Test
  void twoSelectsMakeOneExchange() {
    explore(
        () -> {
          Channel<Integer> a = shared(Channel.rendezvous("a"));
          Channel<Integer> b = shared(Channel.rendezvous("b"));
          AtomicReference<String> one = new AtomicReference<>();
          Thread other =
              start(
                  () ->
                      one.set(
                          Select.<String>of(
                                  a.onSend(1, () -> "sent a"), b.onReceive(v -> "received b"))
                              .await()));
          String two =
              Select.<String>of(b.onSend(1, () -> "sent b"), a.onReceive(v -> "received a"))
                  .await();
          other.join();
          expect("sent a".equals(one.get()) ? "received a" : "sent b", two);
          expect(true, a.waiters().isEmpty());
          expect(true, b.waiters().isEmpty());
        });
  }

  /** Hunted for: the permit of a release is both counted and handed to a waiter, or neither. */
  @Test
  void aPermitIsHandedOverOrCounted() {
    explore(
        () -> {
          GreenletSemaphore semaphore = shared(new GreenletSemaphore(0));
          Thread first = start(semaphore::acquire);
          Thread releaser =
              start(
                  () -> {
                    semaphore.release();
                    semaphore.release();
                  });
          semaphore.acquire();
          first.join();
          releaser.join();
          expect(0, semaphore.availablePermits());
        });
  }

  /** Hunted for: a permit is handed to a waiter that leaves because of an interrupt, and is lost. */
  @Test
  void aPermitIsNotLostToOneThatIsInterrupted() {
    explore(
        () -> {
          GreenletSemaphore semaphore = shared(new GreenletSemaphore(0));
          AtomicInteger acquired = new AtomicInteger();
          Thread waiter =
              startInterruptible(
                  () -> {
                    semaphore.acquire();
                    acquired.incrementAndGet();
                  });
          Thread releaser = start(semaphore::release);
          waiter.interrupt();
          waiter.join();
          releaser.join();
          expect(1, acquired.get() + semaphore.availablePermits());
          expect(true, semaphore.waiters().isEmpty());
        });
  }

  /**
   * Hunted for: a large request leaves while permits are released that are enough for the small one
   * behind it, and neither grants it.
   */
  @Test
  void aSmallRequestIsServedWhenTheLargeOneLeaves() {
    explore(
        () -> {
          SizedPermits permits = shared(new SizedPermits());
          Thread large = startInterruptible(() -> permits.acquire(2, WaitLimit.ENDLESS));
          Thread releaser = start(() -> permits.release(1));
          large.interrupt();
          permits.acquire(1, WaitLimit.ENDLESS);
          large.join();
          releaser.join();
          expect(0, permits.available());
          expect(true, permits.queue.waiters().isEmpty());
        });
  }

  /**
   * Hunted for: a kill takes the large request out while permits are released that are enough for the
   * small one behind it, and neither grants it.
   */
  @Test
  void aSmallRequestIsServedWhenTheLargeOneIsRemoved() {
    explore(
        () -> {
          SizedPermits permits = shared(new SizedPermits());
          WaitNode<Integer> large = permits.join(2);
          Thread killer = start(() -> permits.queue.leave(large));
          Thread releaser = start(() -> permits.release(1));
          permits.acquire(1, WaitLimit.ENDLESS);
          killer.join();
          releaser.join();
          expect(0, permits.available());
          expect(true, permits.queue.waiters().isEmpty());
        });
  }

  /** Hunted for: the event is set and cleared between the waiter's look and its place in line. */
  @Test
  void aWaiterPresentAtTheSetIsWoken() {
    explore(
        () -> {
          GreenletEvent event = shared(new GreenletEvent());
          Thread setter = start(event::set);
          event.await();
          setter.join();
          expect(true, event.isSet());
        });
  }

  /** Hunted for: the promise is completed between the getter's look and its place in line. */
  @Test
  void aGetterSeesTheOneCompletion() {
    explore(
        () -> {
          Promise<Integer> promise = shared(new Promise<>());
          AtomicInteger completions = new AtomicInteger();
          Thread first = start(() -> completions.addAndGet(promise.complete(1) ? 1 : 0));
          Thread second = start(() -> completions.addAndGet(promise.complete(2) ? 2 : 0));
          int got = promise.get();
          first.join();
          second.join();
          expect(got, completions.get());
        });
  }

  /**
   * Hunted for: the lock is released between the waiter's look and its entry into the queue; a
   * signal comes before its waiter is queued though both hold the lock.
   */
  @Test
  void aSignalReachesItsWaiter() {
    explore(
        () -> {
          GreenletLock lock = shared(new GreenletLock("lock"));
          Condition ready = shared(lock.newCondition());
          boolean[] flag = new boolean[1];
          Thread signaller =
              start(
                  () -> {
                    lock.lock();
                    flag[0] = true;
                    ready.signal();
                    lock.unlock();
                  });
          lock.lock();
          while (!flag[0]) {
            ready.await();
          }
          lock.unlock();
          signaller.join();
          expect(true, lock.holder() == null);
        });
  }
}
