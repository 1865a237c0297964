package dev.greenlet;

import dev.greenlet.fiber.Fiber;
import dev.greenlet.loop.Timers;
import org.jspecify.annotations.Nullable;

/**
 * The greenlet's own side: what it does at a switch point. Unless said otherwise, called by the
 * greenlet itself only.
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

  /** Throws the kill or the end of a deadline that is in effect. */
  void exitIfKilled() {
    deliver();
  }

  private void deliver() {
    if (cancellation.mayThrow()) {
      letOthersRunIfThrownBefore();
      cancellation.deliver();
    }
  }

  /** A loop that swallows its exit again and again must not keep the lane. */
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
    Waiter nobodyWakes = Waiter.ofCurrent();
    nobodyWakes.await(SLEEPING, nanos);
  }

  void idle() throws InterruptedException {
    yieldNow();
    Waiter waiter = Waiter.ofCurrent();
    Timers.Timer wish = greenlet.scheduler().whenIdle(waiter::wake);
    try {
      await(waiter, IDLING, true);
    } finally {
      wish.cancel();
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

  /** Looked at again after each wake-up for nothing, which may have changed what can end it. */
  private void failIfDeadlocked(Waiter waiter) {
    if (cancellation.isShielded()) {
      waiter.notFailable();
    }
    endlessWait = waiter; // its place may become known when it is claimed
    greenlet.environment().beforeEndlessWait(greenlet, waiter);
  }

  /** The wait without a timeout that the greenlet is in, or about to enter. Any thread. */
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
   * Waits for the other end of a channel. Interrupts do not end the wait, and are kept. A kill or
   * the end of a deadline ends it and is thrown, unless a switch point around it declares what
   * those do. Returns whether woken.
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

  /** Delivers what has ended the wait; what comes once the waiter is claimed stays pending. */
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

  /** Whether an open switch point has an action, or cleans up. */
  boolean isCancellationDeclared() {
    return cancellation.isCleaningUp() || cancellation.openCall() != null;
  }

  /** Lets the blocking call be cut short. Ended by {@link #closeCall}. */
  CancellableCall openCall(WaitReason reason, Cancellation action) {
    CancellableCall call = CancellableCall.of(greenlet, cancellation.openCall(), reason, action);
    cancellation.open(call);
    return call;
  }

  /**
   * From now on nothing is thrown and no wait is ended, and neither is the surrounding call cut
   * short. Ended by {@link #endCleanUp}.
   *
   * @return what keeps the surrounding call from being cut short, if it can be
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

  /** Makes a blocking call that nothing cuts short, and during which nothing is thrown. */
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

  /** Throws what is in effect in place of a failure, unless that is an exit itself. */
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

  /** Whether something was thrown into the greenlet and has not come to an end. */
  boolean isUnwinding() {
    return cancellation.isUnwinding();
  }

  void moveTo(Lane target) {
    deliver();
    goTo(target);
  }

  /** Moves without delivering a kill, to get back to where the code is entitled to be. */
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

  /** What the greenlet waits for. Any thread. */
  @Nullable WaitReason waitReason() {
    WaitReason here = waitReason;
    WaitReason ahead = expected;
    boolean better =
        ahead != null && (here == null ? isWaiting() : here.kind().equals(WaitReason.REACTOR));
    return better ? ahead : here;
  }

  /** Whether it waits, and not for something that it has said. Any thread. */
  boolean waitsUndescribed() {
    return waitReason == null && fiber.phase() != Fiber.Phase.READY && isWaiting();
  }

  private boolean isWaiting() {
    return switch (fiber.thread().getState()) {
      case WAITING, TIMED_WAITING -> true;
      case NEW, RUNNABLE, BLOCKED, TERMINATED -> false;
    };
  }

  /** Shows a reason while it waits where there is none, until that is taken back. */
  Registration expect(WaitReason reason) {
    expected = reason;
    return () -> {
      if (expected == reason) {
        expected = null;
      }
    };
  }
}
