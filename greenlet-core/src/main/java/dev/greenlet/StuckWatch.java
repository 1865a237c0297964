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
 * Detects that a runtime is stuck, by two equal snapshots that are a grace period apart. Takes
 * snapshots as long as there is a greenlet that might get stuck, and costs a wait no more than
 * reading a flag. Thread-safe.
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

  // one snapshot at a time
  private @Nullable Proof last;
  private volatile @Nullable Proof reported;

  StuckWatch(
      String runtime, LiveGreenlets live, StuckPolicy policy, Duration grace, SharedLane lane) {
    this.runtime = runtime;
    this.live = live;
    this.policy = policy;
    this.graceNanos = Durations.toNanos(grace);
    this.lane = lane;
  }

  /**
   * Notes that a greenlet is about to wait without a timeout, and has published that. Any thread;
   * cheap.
   */
  void notice() {
    if (!armed && !closed && ARMED.compareAndSet(this, false, true)) {
      Timers timers = lane.scheduler().timers();
      timers.schedule(timers.nanoTime() + graceNanos, () -> lane.execute(this::look));
    }
  }

  void close() {
    closed = true;
  }

  /**
   * Returns the report that was passed to the policy, if it still holds. Any thread; costs in
   * proportion to the live greenlets.
   */
  @Nullable StuckReport report() {
    Proof proof = reported;
    StuckSnapshot now = proof == null ? null : StuckSnapshot.look(runtime, live);
    return now != null && now.proof().equals(proof) ? now.report() : null;
  }

  private synchronized void look() {
    armed = false; // first: a wait that is published after the snapshot arms it again
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
      } else if (!proof.equals(reported)) {
        reported = proof;
        decide(now);
      }
    }
  }

  private void decide(StuckSnapshot proven) {
    switch (ask(proven.report())) {
      case WAIT -> proven.failWaitsForTerminated();
      case FAIL -> proven.fail();
    }
    notice(); // some waits may remain
  }

  private Verdict ask(StuckReport report) {
    try {
      return policy.stuck(report);
    } catch (Throwable policysOwn) {
      System.getLogger("dev.greenlet")
          .log(Level.WARNING, "StuckPolicy threw an exception: " + report, policysOwn);
      return Verdict.WAIT;
    }
  }
}
