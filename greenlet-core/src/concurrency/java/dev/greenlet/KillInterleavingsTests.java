package dev.greenlet;

import static dev.greenlet.testing.Shared.shared;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All that can happen between a kill, its victim and those who have something to give. */
@Tag("concurrency")
class KillInterleavingsTests {
  private static final int INVOCATIONS = 5_000;

  private static GreenletExit exit() {
    return new GreenletExit("killed", null);
  }

  private static boolean delivers(CancellationState cancellation) {
    try {
      cancellation.deliver();
      return false;
    } catch (GreenletExit delivered) {
      return true;
    }
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

  /** Both run in threads of their own, for the checker does not interrupt the one that starts them. */
  private static void race(Runnable one, Runnable other) {
    Thread first = start(one);
    Thread second = start(other);
    join(first);
    join(second);
  }

  /**
   * Hunted for: the kill comes while the victim enlists its wait, and neither sees the other, so that
   * what is given after the kill goes to the victim.
   */
  @Test
  void whatIsGivenAfterTheKillIsNotTheVictims() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          CancellationState cancellation = shared(new CancellationState(null, CancellationState.Stack.WITHOUT_INITIALISER));
          Waiter waiter = shared(Waiter.ofCurrent());
          AtomicReference<@Nullable Waiter> published = new AtomicReference<>();
          AtomicInteger given = new AtomicInteger();
          race(
              () -> {
                cancellation.enlist(waiter);
                published.set(waiter);
              },
              () -> {
                cancellation.kill(exit()).carryOut();
                Waiter victims = published.get();
                if (victims != null && victims.claim()) {
                  given.incrementAndGet();
                }
              });
          expect(0, given.get());
          expect(true, waiter.isCancelled());
          expect(true, delivers(cancellation));
        });
  }

  /** Hunted for: a wait is both claimed and ended by the kill, or neither. */
  @Test
  void aWaitIsClaimedOrEnded() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          CancellationState cancellation = shared(new CancellationState(null, CancellationState.Stack.WITHOUT_INITIALISER));
          Waiter waiter = shared(Waiter.ofCurrent());
          AtomicInteger claims = new AtomicInteger();
          AtomicInteger takenOut = new AtomicInteger();
          boolean _ = waiter.enlist(takenOut::incrementAndGet);
          cancellation.enlist(waiter);
          race(
              () -> cancellation.kill(exit()).carryOut(),
              () -> claims.addAndGet(waiter.claim() ? 1 : 0));
          expect(1, claims.get() + takenOut.get());
          expect(claims.get() == 0, waiter.isCancelled());
          expect(true, delivers(cancellation)); // at once, or at the next switch point
        });
  }

  /** Hunted for: a kill that comes from outside of a mask ends a wait that is inside of it. */
  @Test
  void aMaskedWaitIsNeverEnded() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          CancellationState cancellation = shared(new CancellationState(null, CancellationState.Stack.WITHOUT_INITIALISER));
          Waiter masked = shared(Waiter.ofCurrent());
          race(
              () -> {
                cancellation.shield();
                cancellation.enlist(masked);
                expect(true, masked.claim());
                cancellation.delist(masked);
                cancellation.unshield();
              },
              () -> cancellation.kill(exit()).carryOut());
          expect(false, masked.isCancelled());
          expect(true, delivers(cancellation));
        });
  }

  /** Hunted for: one of two waits of the victim, one inside of the other, is not ended. */
  @Test
  void allWaitsOfTheVictimEnd() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          CancellationState cancellation = shared(new CancellationState(null, CancellationState.Stack.WITHOUT_INITIALISER));
          Waiter outer = shared(Waiter.ofCurrent());
          Waiter inner = shared(Waiter.ofCurrent());
          race(
              () -> {
                cancellation.enlist(outer);
                cancellation.enlist(inner);
              },
              () -> cancellation.kill(exit()).carryOut());
          expect(true, outer.isCancelled());
          expect(true, inner.isCancelled());
        });
  }
}
