package dev.greenlet.fiber;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * All that can happen while a carrier and its fibers hand the baton to each other, over platform
 * threads, which are what the checker sees.
 */
@Tag("concurrency")
class HandOverInterleavingsTests {
  private static final int INVOCATIONS = 2_000;

  /** A lane whose carrier is the thread that makes it. */
  private static final class Lane implements FiberScheduler {
    private final Thread carrier = Thread.currentThread();
    private final Queue<Fiber> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ended = new AtomicInteger();
    private int holders; // by whoever has the baton, so plain
    private int slices;

    @Override
    public void ready(Fiber fiber) {
      ready.add(fiber);
      LockSupport.unpark(carrier);
    }

    @Override
    public boolean exclusive() {
      return true;
    }

    Fiber fiber(Runnable body) {
      return PortableEngine.overPlatformThreads()
          .newFiber(
              "fiber",
              () -> {
                enter();
                body.run();
                leave();
                ended.incrementAndGet();
              },
              this,
              Runnable::run);
    }

    /** The calling fiber has the baton: alone, or the promise is broken. */
    void enter() {
      expect(1, ++holders);
    }

    /** The calling fiber is about to give the baton up. */
    void leave() {
      expect(0, --holders);
    }

    void runUntilEnded(int fibers) {
      while (ended.get() < fibers) {
        Fiber next = ready.poll();
        if (next == null) {
          LockSupport.park(this);
        } else {
          slices++;
          next.runSlice(this);
        }
      }
    }
  }

  /**
   * Hunted for: the wake-up comes after the fiber has looked for one and before it counts as
   * parked, or between that and the return of the baton; it is lost, and the carrier waits for
   * ever.
   */
  @Test
  void aWakeUpIsNeverLost() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          Lane lane = new Lane();
          Fiber[] fiber = new Fiber[1];
          fiber[0] =
              lane.fiber(
                  () -> {
                    lane.leave();
                    fiber[0].park();
                    lane.enter();
                  });
          fiber[0].start();
          Thread waker = start(fiber[0]::unpark);
          lane.runUntilEnded(1);
          join(waker);
        });
  }

  /**
   * Hunted for: two wakers make a fiber ready at once, it is queued twice, and the second slice
   * lends the baton to a fiber that has ended or is parked at another place, so that the lane
   * stands still.
   */
  @Test
  void twoWakersMakeOneSlice() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          Lane lane = new Lane();
          Fiber[] fiber = new Fiber[1];
          fiber[0] =
              lane.fiber(
                  () -> {
                    lane.leave();
                    fiber[0].park();
                    lane.enter();
                  });
          fiber[0].start();
          Thread first = start(fiber[0]::unpark);
          Thread second = start(fiber[0]::unpark);
          lane.runUntilEnded(1);
          join(first);
          join(second);
          expect(true, lane.slices <= 2);
          expect(true, lane.ready.isEmpty());
        });
  }

  /**
   * Hunted for: a fiber that is woken, or comes back from a blocking call, goes on before the one
   * that has the baton has given it back.
   */
  @Test
  void oneFiberRunsAtATime() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          Lane lane = new Lane();
          Fiber[] fibers = new Fiber[2];
          fibers[0] =
              lane.fiber(
                  () -> {
                    lane.leave();
                    fibers[0].park();
                    lane.enter();
                  });
          fibers[1] =
              lane.fiber(
                  () -> {
                    fibers[0].unpark();
                    lane.leave();
                    fibers[1].beginBlocking();
                    fibers[1].endBlocking();
                    lane.enter();
                    lane.leave();
                    fibers[1].yieldNow();
                    lane.enter();
                  });
          fibers[0].start();
          fibers[1].start();
          lane.runUntilEnded(2);
        });
  }

  /**
   * Hunted for: an interrupt comes while the fiber parks, is taken for a wake-up of the thread
   * only, and the fiber never gets the baton again; or it is swallowed on the way.
   */
  @Test
  void anInterruptEndsAParkAndSurvives() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          Lane lane = new Lane();
          AtomicInteger interrupted = new AtomicInteger();
          Fiber[] fiber = new Fiber[1];
          fiber[0] =
              lane.fiber(
                  () -> {
                    lane.leave();
                    while (!Thread.currentThread().isInterrupted()) {
                      fiber[0].park();
                    }
                    lane.enter();
                    interrupted.set(1);
                  });
          fiber[0].start();
          Thread interrupter = start(fiber[0].thread()::interrupt);
          lane.runUntilEnded(1);
          join(interrupter);
          expect(1, interrupted.get());
        });
  }

  /** Plain, for the checker follows every call that is made in here. */
  private static void expect(Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError("expected " + expected + ", was " + actual);
    }
  }

  private static Thread start(Runnable body) {
    Thread thread = new Thread(body);
    thread.start();
    return thread;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
