package dev.greenlet;

import static dev.greenlet.testing.Shared.shared;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All that can happen between the steps of {@link Waiter} and {@link CompletionListeners}. */
@Tag("concurrency")
class WaiterInterleavingsTests {
  private static final int INVOCATIONS = 5_000;
  private static final WaitReason REASON = new WaitReason(WaitReason.PARK, "test");

  /**
   * Hunted for: the waker comes between the waiter's look at its state and its park, and the wake-up
   * is lost, so that the waiter parks for ever.
   */
  @Test
  void aWakeUpIsNeverLost() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          Waiter waiter = shared(Waiter.ofCurrent());
          Thread waker = start(waiter::wake);
          await(waiter);
          expect(true, waiter.isWoken());
          join(waker);
        });
  }

  /**
   * Hunted for: two givers claim the same waiter, or a giver claims one that is leaving, so that what
   * it gives is lost.
   */
  @Test
  void oneClaimSucceedsOrTheWaiterLeaves() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          Waiter waiter = shared(Waiter.ofCurrent());
          AtomicInteger claims = new AtomicInteger();
          Thread first = start(() -> giveTo(waiter, claims));
          Thread second = start(() -> giveTo(waiter, claims));
          boolean left = waiter.abandon();
          if (!left) {
            await(waiter);
          }
          join(first);
          join(second);
          expect(left ? 0 : 1, claims.get());
          expect(!left, waiter.isWoken());
        });
  }

  private static void giveTo(Waiter waiter, AtomicInteger claims) {
    if (waiter.claim()) {
      claims.incrementAndGet();
      waiter.wake();
    }
  }

  /**
   * Hunted for: an action is added while the list is being completed, and is neither called nor
   * refused, or is called twice.
   */
  @Test
  void anAddedActionIsCalledOnceOrRefused() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          CompletionListeners list = shared(new CompletionListeners());
          AtomicInteger first = new AtomicInteger();
          AtomicInteger second = new AtomicInteger();
          Thread adder =
              start(
                  () -> {
                    if (list.add(first::incrementAndGet) == null) {
                      first.incrementAndGet();
                    }
                  });
          Thread completer = start(() -> list.complete(WaiterInterleavingsTests::fail));
          if (list.add(second::incrementAndGet) == null) {
            second.incrementAndGet();
          }
          join(adder);
          join(completer);
          expect(1, first.get());
          expect(1, second.get());
        });
  }

  /**
   * Hunted for: a removal that races with another addition takes that one along, or brings the removed
   * action back.
   */
  @Test
  void aRemovalTakesNobodyElseAlong() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          CompletionListeners list = shared(new CompletionListeners());
          AtomicInteger kept = new AtomicInteger();
          AtomicInteger removed = new AtomicInteger();
          CompletionListeners.Entry leaver = list.add(removed::incrementAndGet);
          Thread adder = start(() -> list.add(kept::incrementAndGet));
          if (leaver != null) {
            list.remove(leaver);
          }
          join(adder);
          list.complete(WaiterInterleavingsTests::fail);
          expect(1, kept.get());
          expect(0, removed.get());
        });
  }

  private static void fail(Throwable failure) {
    throw new AssertionError(failure);
  }

  /** Plain, for the checker follows every call that is made in here. */
  private static void expect(Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError("expected " + expected + ", was " + actual);
    }
  }

  private static void await(Waiter waiter) {
    try {
      waiter.await(REASON);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
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
