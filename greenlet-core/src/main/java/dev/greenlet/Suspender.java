package dev.greenlet;

import dev.greenlet.fiber.Fiber;
import dev.greenlet.loop.Timers;
import org.jspecify.annotations.Nullable;

/**
 * The behavior of a greenlet at its switch points: it waits, gives up and takes back its lane, and
 * moves between lanes. Confined to the greenlet, unless stated otherwise.
 */
final class Suspender {
  private static final WaitReason SLEEPING = new WaitReason(WaitReason.SLEEP, "");
  private static final WaitReason IDLING = new WaitReason(WaitReason.PARK, "until the hub is idle");

  private final DefaultGreenletTask<?> greenlet;
  private final Fiber fiber;
  private final CancellationState cancellation;
  private int switchPointDepth;
  private @Nullable SwitchGuard guard;
  private volatile @Nullable WaitReason waitReason;
  private volatile @Nullable WaitReason expected;
  private volatile @Nullable Waiter endlessWait;

  Suspender(DefaultGreenletTask<?> greenlet, Fiber fiber, CancellationState cancellation) {
    this.greenlet = greenlet;
    this.fiber = fiber;
    this.cancellation = cancellation;
  }

  /** Throws the exit of the kill or of the expired deadline that is in effect, if any. */
  void exitIfKilled() {
    deliver();
  }

  private void deliver() {
    if (cancellation.mayThrow()) {
      letOthersRunIfThrownBefore();
      cancellation.deliver();
    }
  }

  /** Keeps a loop that swallows its exit again and again from occupying the lane. */
  private void letOthersRunIfThrownBefore() {
    if (guard == null && cancellation.throwsAgain()) {
      fiber.yieldNow();
    }
  }

  void yieldNow() {
    deliver();
    refuseSwitch("yieldNow");
    fiber.yieldNow();
    deliver();
  }

  void sleep(long nanos) throws InterruptedException {
    if (nanos <= 0) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      yieldNow();
      return;
    }
    Waiter neverWoken = Waiter.ofCurrent();
    neverWoken.await(SLEEPING, nanos);
  }

  void idle() throws InterruptedException {
    yieldNow();
    Waiter waiter = Waiter.ofCurrent();
    Timers.Timer request = greenlet.scheduler().whenIdle(waiter::wake);
    try {
      await(waiter, IDLING, true);
    } finally {
      request.cancel();
    }
  }

  void await(Waiter waiter, WaitReason reason, boolean interruptible) throws InterruptedException {
    if (waiter.isWoken()) {
      cancellation.delist(waiter);
      return;
    }
    waiter.enlist();
    WaitReason outer = waitReason;
    waitReason = reason;
    boolean interrupted = false;
    try {
      do {
        deliverIfCancelled(waiter);
        interrupted |= waiter.takeInterrupt(interruptible);
        if (guard != null && waiter.abandon()) {
          refuseSwitch(reason);
        }
        failIfDeadlocked(waiter);
        fiber.park();
      } while (!waiter.isOver());
      waiter.throwFailure();
    } finally {
      cancellation.delist(waiter);
      endlessWait = null;
      waitReason = outer;
      restoreInterrupt(interrupted);
    }
  }

  /**
   * Throws if the wait would never end. Checked again after each spurious wake-up, because what can
   * end the wait may have changed.
   */
  private void failIfDeadlocked(Waiter waiter) {
    if (cancellation.isShielded()) {
      waiter.notFailable();
    }
    endlessWait = waiter; // its synchronizer may be set when it is claimed
    greenlet.environment().beforeEndlessWait(greenlet, waiter);
  }

  /**
   * Returns the wait without a timeout that the greenlet is in or about to enter, or {@code null}.
   * Any thread.
   */
  @Nullable Waiter endlessWait() {
    return endlessWait;
  }

  boolean awaitUntil(Waiter waiter, WaitReason reason, long due) throws InterruptedException {
    if (waiter.isWoken()) {
      cancellation.delist(waiter);
      return true;
    }
    Timers timers = greenlet.timers();
    Timers.Timer timer = timers.schedule(due, fiber::unpark);
    waiter.enlist();
    WaitReason outer = waitReason;
    waitReason = reason;
    boolean interrupted = false;
    try {
      do {
        deliverIfCancelled(waiter);
        interrupted |= waiter.takeInterrupt(true);
        if (due - timers.nanoTime() <= 0 && waiter.abandon()) {
          return false;
        }
        if (guard != null && waiter.abandon()) {
          refuseSwitch(reason);
        }
        fiber.park();
      } while (!waiter.isWoken());
      return true;
    } finally {
      cancellation.delist(waiter);
      waitReason = outer;
      timer.cancel();
      restoreInterrupt(interrupted);
    }
  }

  /**
   * Waits for the peer of a channel. An interrupt does not end the wait, and its status is kept. A
   * kill or an expired deadline ends the wait and is thrown, unless an enclosing switch point
   * declares what those do. Returns whether it was woken.
   */
  boolean awaitPeer(Waiter waiter, WaitReason reason, long nanos) {
    refuseSwitch(reason);
    if (!isCancellationDeclared()) {
      waiter.enlist();
    }
    Timers timers = greenlet.timers();
    long due = nanos == Long.MAX_VALUE ? 0 : timers.nanoTime() + nanos;
    Timers.@Nullable Timer timer =
        nanos == Long.MAX_VALUE ? null : timers.schedule(due, fiber::unpark);
    WaitReason outer = waitReason;
    if (switchPointDepth == 0) {
      waitReason = reason;
    }
    boolean interrupted = false;
    try {
      while (!waiter.isWoken()) {
        deliverIfCancelled(waiter);
        interrupted |= Thread.interrupted();
        if (timer != null && due - timers.nanoTime() <= 0) {
          break;
        }
        fiber.park();
      }
    } finally {
      cancellation.delist(waiter);
      waitReason = outer;
      if (timer != null) {
        timer.cancel();
      }
      restoreInterrupt(interrupted);
    }
    return waiter.isWoken();
  }

  /**
   * Delivers the kill or the deadline that has ended the wait. One that arrives after the waiter
   * was claimed stays pending.
   */
  private void deliverIfCancelled(Waiter waiter) {
    if (waiter.isCancelled()) {
      deliver();
      throw new IllegalStateException(
          "What ended the wait of %s was delivered before it began: wait at once when queued"
              .formatted(greenlet));
    }
  }

  private static void restoreInterrupt(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  void beginBlocking(WaitReason reason) {
    refuseSwitch(reason);
    waitReason = reason;
    if (switchPointDepth++ == 0) {
      cancellation.enterCall();
      fiber.beginBlocking();
    }
  }

  void describeWait(WaitReason reason) {
    waitReason = reason;
  }

  void endBlocking(@Nullable WaitReason outer) {
    if (--switchPointDepth == 0) {
      fiber.endBlocking();
    }
    waitReason = outer;
  }

  /** Returns whether an open switch point has an action, or cleans up. */
  boolean isCancellationDeclared() {
    return cancellation.isCleaningUp() || cancellation.openCall() != null;
  }

  /** Makes the blocking call cancellable, until {@link #closeCall}. */
  CancellableCall openCall(WaitReason reason, Cancellation action) {
    CancellableCall call = CancellableCall.of(greenlet, cancellation.openCall(), reason, action);
    cancellation.open(call);
    return call;
  }

  /**
   * Ensures that nothing is thrown, no wait is ended and the enclosing call is not cancelled, until
   * {@link #endCleanUp}.
   *
   * @return the call that keeps the enclosing one from being cancelled, or {@code null} if that is
   *     not cancellable
   */
  @Nullable CancellableCall beginCleanUp() {
    cancellation.beginCleanUp();
    CancellableCall outer = cancellation.openCall();
    if (outer == null) {
      return null;
    }
    CancellableCall call = CancellableCall.untouchable(outer);
    cancellation.open(call);
    outer.awaitOver();
    return call;
  }

  void endCleanUp(@Nullable CancellableCall untouchable) {
    if (untouchable != null) {
      cancellation.close(untouchable);
    }
    cancellation.endCleanUp();
  }

  /** Makes a blocking call that is never cancelled, and during which nothing is thrown. */
  <R extends @Nullable Object, X extends Throwable> R cleanUp(
      WaitReason reason, BlockingCall<R, X> call) throws X {
    WaitReason outer = waitReason();
    beginBlocking(reason);
    CancellableCall untouchable = beginCleanUp();
    try {
      return shielded(call);
    } finally {
      endCleanUp(untouchable);
      endBlocking(outer);
    }
  }

  void closeCall(CancellableCall call) {
    cancellation.close(call);
  }

  /** Throws the exit that is in effect in place of a failure, unless that is itself an exit. */
  void exitInsteadOf(Throwable failure) {
    if (failure instanceof GreenletExit) {
      return;
    }
    try {
      cancellation.deliverInsteadOfFailure();
    } catch (GreenletExit exit) {
      exit.addSuppressed(failure);
      throw exit;
    }
  }

  /** Returns whether an exit was thrown into the greenlet and has not reached its owner yet. */
  boolean isUnwinding() {
    return cancellation.isUnwinding();
  }

  void moveTo(Lane target) {
    deliver();
    goTo(target);
  }

  /** Moves without delivering a kill, to return to the lane on which the caller has to run. */
  void returnTo(Lane target) {
    goTo(target);
  }

  private void goTo(Lane target) {
    LaneScheduler origin = greenlet.scheduler();
    LaneScheduler destination = greenlet.environment().schedulerOf(target);
    if (origin == destination) {
      return;
    }
    refuseSwitch("move to " + target);
    if (switchPointDepth > 0) {
      throw new IllegalStateException(
          "Greenlet '%s' cannot move from %s to %s inside the switch point '%s': close it first"
              .formatted(greenlet.name(), origin.lane(), target, waitReason));
    }
    destination.countLive(1);
    if (fiber.moveTo(destination)) {
      origin.countLive(-1);
    } else {
      destination.countLive(-1);
      throw new IllegalStateException(
          "Greenlet '%s' cannot move from %s to %s: a native frame or a class initialiser on its"
                  .formatted(greenlet.name(), origin.lane(), target)
              + " stack pins it");
    }
  }

  private void refuseSwitch(Object switchPoint) {
    SwitchGuard refusing = guard;
    if (refusing != null) {
      refusing.refuse(switchPoint);
    }
  }

  /** Makes a call that must not give up the lane. */
  <R extends @Nullable Object, X extends Throwable> R guarded(BlockingCall<R, X> call) throws X {
    SwitchGuard outer = guard;
    SwitchGuard inner = new SwitchGuard(greenlet, fiber);
    guard = inner;
    R result;
    try {
      result = call.call();
    } finally {
      guard = outer;
      inner.end(outer != null);
    }
    inner.failIfSwitched();
    return result;
  }

  /** Makes a call during which nothing is thrown into the greenlet. */
  <R extends @Nullable Object, X extends Throwable> R shielded(BlockingCall<R, X> call) throws X {
    cancellation.shield();
    try {
      return call.call();
    } finally {
      cancellation.unshield();
    }
  }

  /** Returns what the greenlet waits for, or {@code null}. Any thread. */
  @Nullable WaitReason waitReason() {
    WaitReason here = waitReason;
    WaitReason ahead = expected;
    boolean better =
        ahead != null && (here == null ? isWaiting() : here.kind().equals(WaitReason.REACTOR));
    return better ? ahead : here;
  }

  /** Returns whether the greenlet waits without a reason of its own. Any thread. */
  boolean waitsUndescribed() {
    return waitReason == null && fiber.phase() != Fiber.Phase.READY && isWaiting();
  }

  private boolean isWaiting() {
    return switch (fiber.thread().getState()) {
      case WAITING, TIMED_WAITING -> true;
      case NEW, RUNNABLE, BLOCKED, TERMINATED -> false;
    };
  }

  /** Shows a reason for waits that have none, until the registration is closed. */
  Registration expect(WaitReason reason) {
    expected = reason;
    return () -> {
      if (expected == reason) {
        expected = null;
      }
    };
  }
}
