package dev.greenlet;

import org.jspecify.annotations.Nullable;

/**
 * A blocking call of a greenlet that can be cut short, from its registration to the close of its
 * switch point. Whoever takes it (see {@link CancellationState}) fires it, and the greenlet does
 * not go on before that is over: what cuts one call short can never hit a later one.
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

  /** A call inside of another one that must go on although the other may be cut short. */
  static CancellableCall untouchable(CancellableCall outer) {
    return new CancellableCall(outer.greenlet, outer, outer.reason, null);
  }

  @Nullable CancellableCall outer() {
    return outer;
  }

  /** Claims the call for the caller to fire. Returns {@code false} if there is nothing to fire. */
  boolean take() {
    if (action == null || taken) {
      return false;
    }
    taken = true;
    return true;
  }

  /** Cuts the call short, elsewhere. Who has taken it, once. Any thread; never waits or throws. */
  void fire() {
    greenlet.environment().sharedLane().execute(this::spawn);
  }

  /** On the shared lane, for a carrier that fires a timer must not start threads. */
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
    Cancellation cut = action;
    if (cut != null) {
      // shielded, for a kill of the whole tree must not prevent it
      CurrentGreenlet.require().suspender().cleanUp(cancelReason(), () -> cancel(cut));
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
      spawn(); // it was killed before it could begin, which must not save the call
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
   * Waits until nobody cuts the call short any more, whatever comes meanwhile. The greenlet itself,
   * when the call cannot be taken any more.
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
