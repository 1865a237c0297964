package dev.greenlet;

import org.jspecify.annotations.Nullable;

/**
 * A blocking call of a greenlet that can be cancelled, from its registration to the close of its
 * switch point. The thread that takes it (see {@link CancellationState}) fires it, and the greenlet
 * does not continue before the cancellation has ended: so a cancellation can never affect a later
 * call.
 */
final class CancellableCall {
  private static final String KIND = "cancel";

  private final DefaultGreenletTask<?> greenlet;
  private final @Nullable CancellableCall outer;
  private final WaitReason reason;
  private final @Nullable Cancellation action;

  private boolean taken; // guarded by the greenlet's cancellation
  private volatile boolean begun;
  private volatile boolean over;
  private volatile @Nullable Waiter closing;

  private CancellableCall(
      DefaultGreenletTask<?> greenlet,
      @Nullable CancellableCall outer,
      WaitReason reason,
      @Nullable Cancellation action) {
    this.greenlet = greenlet;
    this.outer = outer;
    this.reason = reason;
    this.action = action;
  }

  static CancellableCall of(
      DefaultGreenletTask<?> greenlet,
      @Nullable CancellableCall outer,
      WaitReason reason,
      Cancellation action) {
    return new CancellableCall(greenlet, outer, reason, action);
  }

  /** Returns a call inside of another one that must continue even if the other one is cancelled. */
  static CancellableCall untouchable(CancellableCall outer) {
    return new CancellableCall(outer.greenlet, outer, outer.reason, null);
  }

  @Nullable CancellableCall outer() {
    return outer;
  }

  /**
   * Claims the call for the caller to fire. Returns {@code false} if there is nothing to fire.
   * Called under the guard of the greenlet's cancellation.
   */
  boolean take() {
    if (action == null || taken) {
      return false;
    }
    taken = true;
    return true;
  }

  /**
   * Cancels the call, in another greenlet. Called once, by the thread that has taken it. Any
   * thread; never waits or throws.
   */
  void fire() {
    greenlet.environment().sharedLane().execute(this::spawn);
  }

  /**
   * Spawns the canceller. On the shared lane, because a carrier that fires a timer must not start
   * threads.
   */
  private void spawn() {
    SpawnOptions options = SpawnOptions.named("cancel " + greenlet.name()).withKind(KIND);
    boolean spawned = false;
    try {
      greenlet.environment().spawnInternal(options, greenlet, this::cancel).onEnd(this::ended);
      spawned = true;
    } finally {
      if (!spawned) {
        over();
      }
    }
  }

  private @Nullable Void cancel() throws Exception {
    begun = true;
    Cancellation cancellation = action;
    if (cancellation != null) {
      // shielded: a kill of the whole tree must not prevent it
      CurrentGreenlet.require().suspender().cleanUp(cancelReason(), () -> cancel(cancellation));
    }
    return null;
  }

  private static @Nullable Void cancel(Cancellation action) throws Exception {
    action.cancel();
    return null;
  }

  private WaitReason cancelReason() {
    return new WaitReason(reason.kind(), "cancel " + reason.detail());
  }

  private void ended() {
    if (begun) {
      over();
    } else {
      spawn(); // killed before it began: the call must be cancelled all the same
    }
  }

  private void over() {
    over = true;
    Waiter waiter = closing;
    if (waiter != null) {
      waiter.wake();
    }
  }

  /**
   * Waits until no cancellation of the call is in progress, regardless of kills, deadlines and
   * interrupts. Called by the greenlet itself, when the call cannot be taken any more.
   */
  void awaitOver() {
    if (!taken) {
      return;
    }
    Waiter waiter = Waiter.ofCurrent();
    waiter.claim(); // neither a kill nor an interrupt ends the wait
    closing = waiter;
    if (!over) {
      waiter.awaitUninterruptibly(cancelReason());
    }
  }
}
