package dev.greenlet;

import dev.greenlet.StuckPolicy.Verdict;
import dev.greenlet.StuckSnapshot.Proof;
import dev.greenlet.loop.Timers;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds out that nothing in a runtime can run any more: by two equal looks, a grace apart. Looks
 * while something lives that might get stuck, and costs those who wait one look at a flag.
 */
final class StuckWatch {
  private static final VarHandle ARMED;

  static {
    try {
      ARMED = MethodHandles.lookup().findVarHandle(StuckWatch.class, "armed", boolean.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private final String runtime;
  private final LiveGreenlets live;
  private final StuckPolicy policy;
  private final long graceNanos;
  private final SharedLane lane;
  private volatile boolean armed;
  private volatile boolean closed;

  // one look at a time
  private @Nullable Proof last;
  private volatile @Nullable Proof told;

  StuckWatch(
      String runtime, LiveGreenlets live, StuckPolicy policy, Duration grace, SharedLane lane) {
    this.runtime = runtime;
    this.live = live;
    this.policy = policy;
    this.graceNanos = Durations.toNanos(grace);
    this.lane = lane;
  }

  /** Somebody is about to wait without an end, and has published that. Any thread; cheap. */
  void notice() {
    if (!armed && !closed && ARMED.compareAndSet(this, false, true)) {
      Timers timers = lane.scheduler().timers();
      timers.schedule(timers.nanoTime() + graceNanos, () -> lane.execute(this::look));
    }
  }

  void close() {
    closed = true;
  }

  /** What the policy was told, if it is still so. Any thread; costs what lives. */
  @Nullable StuckReport report() {
    Proof proof = told;
    StuckSnapshot now = proof == null ? null : StuckSnapshot.look(runtime, live);
    return now != null && now.proof().equals(proof) ? now.report() : null;
  }

  private synchronized void look() {
    armed = false; // first: who publishes a wait after the look arms again
    Proof before = last;
    last = null;
    if (closed) {
      return;
    }
    StuckSnapshot now = StuckSnapshot.look(runtime, live);
    if (now == null) {
      notice();
    } else if (!now.isIdle()) {
      Proof proof = now.proof();
      if (!proof.equals(before)) {
        last = proof;
        notice();
      } else if (!proof.equals(told)) {
        told = proof;
        decide(now);
      }
    }
  }

  private void decide(StuckSnapshot proven) {
    switch (ask(proven.report())) {
      case WAIT -> proven.failWhatIsForEver();
      case FAIL -> proven.fail();
    }
    notice(); // some may be left
  }

  private Verdict ask(StuckReport report) {
    try {
      return policy.stuck(report);
    } catch (Throwable policysOwn) {
      System.getLogger("dev.greenlet")
          .log(
              Level.WARNING, "The policy for a stuck runtime failed itself: " + report, policysOwn);
      return Verdict.WAIT;
    }
  }
}
