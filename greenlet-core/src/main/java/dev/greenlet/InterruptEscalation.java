package dev.greenlet;

import dev.greenlet.loop.Timers;

/**
 * The time for which one greenlet may leave an exit pending before it is interrupted, and the
 * interrupts that were sent. Mutable fields are guarded by the {@link CancellationState} of the
 * greenlet, unless they are volatile.
 */
final class InterruptEscalation {
  private final DefaultGreenletTask<?> greenlet;
  private final long graceNanos;

  private boolean scheduled; // a check after the grace
  private boolean sent; // an interrupt that is not cleared yet
  private volatile boolean inFlight;

  InterruptEscalation(DefaultGreenletTask<?> greenlet, long graceNanos) {
    this.greenlet = greenlet;
    this.graceNanos = graceNanos;
  }

  /** Returns an escalation with the same time for a child of the greenlet. */
  InterruptEscalation of(DefaultGreenletTask<?> child) {
    return new InterruptEscalation(child, graceNanos);
  }

  /**
   * Claims the next check for the caller to schedule. Returns {@code false} if one is scheduled.
   */
  boolean begin() {
    boolean first = !scheduled;
    scheduled = true;
    return first;
  }

  /** Schedules a check after the grace. Any thread; never waits. */
  void scheduleCheck() {
    SharedLane lane = greenlet.environment().sharedLane(); // its timers run if a hub is blocked
    Timers timers = lane.scheduler().timers();
    timers.schedule(timers.nanoTime() + graceNanos, () -> lane.execute(this::check));
  }

  /**
   * Checks the greenlet, and interrupts it if that is due. Not run in a greenlet, because an
   * interrupted greenlet may have much to do.
   */
  private void check() {
    Verdict verdict =
        greenlet.isSeenToInitialise()
            ? Verdict.LATER // an interrupt would make the class unusable
            : greenlet.cancellation().claimInterrupt(this, greenlet.suspender()::waitsUndescribed);
    switch (verdict) {
      case NOTHING_PENDING -> {}
      case LATER -> scheduleCheck();
      case NOW -> {
        greenlet.thread().interrupt();
        inFlight = false;
        scheduleCheck();
      }
    }
  }

  /** The result of a check. */
  enum Verdict {
    NOTHING_PENDING,
    LATER,
    NOW
  }

  void nothingPending() {
    scheduled = false;
  }

  void claim() {
    sent = true;
    inFlight = true;
  }

  /**
   * Returns whether an interrupt was sent that the greenlet is to clear, and takes charge of it.
   */
  boolean takeSent() {
    boolean taken = sent;
    sent = false;
    return taken;
  }

  /**
   * Clears the interrupt status of the thread. Called by the greenlet itself, without the guard.
   */
  void takeOff() {
    while (inFlight) {
      Thread.onSpinWait(); // the sending thread does nothing else meanwhile
    }
    Thread.interrupted();
  }
}
