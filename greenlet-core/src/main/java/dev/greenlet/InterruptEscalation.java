package dev.greenlet;

import dev.greenlet.loop.Timers;

/**
 * How long one greenlet may leave an exit pending until it is interrupted. Its fields that change
 * are guarded by the greenlet's {@link CancellationState}, which say when.
 */
final class InterruptEscalation {
  private final DefaultGreenletTask<?> greenlet;
  private final long graceNanos;

  private boolean waiting; // for the grace to be over
  private boolean sent; // an interrupt, that nobody has taken off the thread
  private volatile boolean inFlight;

  InterruptEscalation(DefaultGreenletTask<?> greenlet, long graceNanos) {
    this.greenlet = greenlet;
    this.graceNanos = graceNanos;
  }

  /** The same for what the greenlet spawns. */
  InterruptEscalation of(DefaultGreenletTask<?> child) {
    return new InterruptEscalation(child, graceNanos);
  }

  /** Claims the next look for the caller to schedule. Returns {@code false} if one is due. */
  boolean begin() {
    boolean first = !waiting;
    waiting = true;
    return first;
  }

  /** Has a look after the grace. Any thread; never waits. */
  void scheduleLook() {
    SharedLane lane = greenlet.environment().sharedLane(); // its timers run when a hub is blocked
    Timers timers = lane.scheduler().timers();
    timers.schedule(timers.nanoTime() + graceNanos, () -> lane.execute(this::look));
  }

  /** By no greenlet, for what is interrupted may have a lot to do. */
  private void look() {
    Verdict verdict =
        greenlet.isSeenToInitialise()
            ? Verdict.LATER // an interrupt would make the class unusable
            : greenlet.cancellation().claimInterrupt(this, greenlet.suspender()::waitsUndescribed);
    switch (verdict) {
      case NOTHING_PENDING -> {}
      case LATER -> scheduleLook();
      case NOW -> {
        greenlet.thread().interrupt();
        inFlight = false;
        scheduleLook();
      }
    }
  }

  /** What a look has come to. */
  enum Verdict {
    NOTHING_PENDING,
    LATER,
    NOW
  }

  void nothingPending() {
    waiting = false;
  }

  void claim() {
    sent = true;
    inFlight = true;
  }

  /** Whether there is an interrupt for the greenlet to take off its thread. */
  boolean takeSent() {
    boolean taken = sent;
    sent = false;
    return taken;
  }

  /** Takes the interrupt off the thread. The greenlet itself, without the guard. */
  void takeOff() {
    while (inFlight) {
      Thread.onSpinWait(); // for a thread that does nothing else
    }
    Thread.interrupted();
  }
}
