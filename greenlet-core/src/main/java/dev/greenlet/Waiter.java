package dev.greenlet;

import dev.greenlet.loop.FallbackCarriers;
import dev.greenlet.loop.RunLoop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A single wait of a greenlet or a plain thread: the building block of all greenlet primitives. An
 * SPI for libraries that build primitives of their own.
 *
 * <p>A waiter is created by the greenlet or thread that is going to wait, its <i>creator</i>, and
 * is {@linkplain #wake woken} once, by any thread, before, during or after the wait. A greenlet
 * that waits gives up its lane; any other thread blocks. Use it with care: a waiter that is never
 * woken blocks its creator forever.
 *
 * <p>A wait ends in one of two ways, and which one is decided atomically: either it is woken, or
 * the creator leaves because of a timeout, a kill, an interrupt or an expired deadline. A thread
 * that hands something over {@linkplain #claim claims} the waiter first. If that succeeds, the
 * creator will receive what is handed over, and a later kill or interrupt stays pending until the
 * next switch point. A kill and an expired deadline of a greenlet that waits have ended the wait by
 * the time they return, so that the waiter can no longer be claimed; a waiter whose wait has yet to
 * begin must be {@linkplain #enlist enlisted} for that.
 *
 * <p>Thread-safe where a method says <i>any thread</i>; all other methods are confined to the
 * creator, and those that configure the wait are called before the waiter is published.
 */
public final class Waiter {
  private static final int WAITING = 0;
  private static final int CLAIMED = 1;
  private static final int WOKEN = 2;
  private static final int ABANDONED = 3;
  private static final int FAILED = 4;
  private static final int CANCELLED = 5;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Waiter.class, "state", int.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private final @Nullable DefaultGreenletTask<?> greenlet;
  private final Thread thread;
  private volatile int state;
  private volatile @Nullable Synchronizer place;
  private @Nullable Waiter outer; // this and the following are written before the publication
  private @Nullable Runnable takeOut;
  private boolean enlisted;
  private boolean externallyWoken;
  private boolean notFailable;
  private boolean pastThrown;
  private @Nullable String failure; // written before the state

  private Waiter(@Nullable DefaultGreenletTask<?> greenlet, Thread thread) {
    this.greenlet = greenlet;
    this.thread = thread;
  }

  /**
   * Creates a waiter for one wait of the caller. Any thread.
   *
   * @return a new waiter
   */
  public static Waiter ofCurrent() {
    return new Waiter(CurrentGreenlet.get(), Thread.currentThread());
  }

  /**
   * Sets the synchronizer at which the creator waits or is going to wait, so that a cycle of
   * greenlets that wait for each other's locks and ends is detected. Useful where {@link
   * Synchronizer#holder()} returns the only strand that can end the wait. Called by the creator
   * before it waits, or by the thread that has claimed this waiter.
   *
   * @param where the synchronizer
   * @return this waiter
   */
  public Waiter at(Synchronizer where) {
    place = where;
    return this;
  }

  @Nullable Synchronizer place() {
    return place;
  }

  /**
   * Returns the creator of this waiter. Any thread.
   *
   * @return the creator
   */
  public Strand strand() {
    return new Strand(thread, greenlet);
  }

  /**
   * Declares that the wait is ended by something outside all runtimes and not by a greenlet, so
   * that a runtime in which nothing else runs is not considered stuck. The creator only, before it
   * waits.
   *
   * @return this waiter
   */
  public Waiter externallyWoken() {
    externallyWoken = true;
    return this;
  }

  boolean isFromOutside() {
    return externallyWoken;
  }

  /**
   * Declares that a {@link DeadlockException} must not end the wait. The creator only, before it
   * waits.
   *
   * @return this waiter
   */
  public Waiter notFailable() {
    notFailable = true;
    return this;
  }

  /**
   * Declares that the wait takes place although an exit was thrown into the creator: only a kill or
   * a deadline that comes after that exit ends the wait. The creator only, before it waits and
   * before it {@linkplain #enlist enlists} the waiter.
   *
   * @return this waiter
   */
  public Waiter pastThrown() {
    pastThrown = true;
    return this;
  }

  boolean isPastThrown() {
    return pastThrown;
  }

  /** Returns whether the given thread, that of a greenlet included, is the creator. Any thread. */
  boolean isOf(Thread waiting) {
    return thread == waiting;
  }

  /** Returns whether a {@link DeadlockException} may end the wait. */
  boolean isFailable() {
    return !notFailable;
  }

  /** Returns the only strand that can end the wait, or {@code null} if none is known. */
  @Nullable Strand holder() {
    Synchronizer where = place;
    return where == null ? null : where.holder();
  }

  /** Returns whether what this waiter waits for is held by a strand that has terminated. */
  boolean isHolderTerminated() {
    Synchronizer where = place;
    return where != null
        && !where.waitReason().kind().equals(WaitReason.JOIN) // that end may not be notified yet
        && where.holder() instanceof Strand holder
        && holder.hasEnded()
        && holder.equals(where.holder()); // and did not release just before it terminated
  }

  /** Describes what this waiter waits for, for a human reader. */
  String describe(@Nullable WaitReason reason) {
    Synchronizer where = place;
    WaitReason shown = where == null ? reason : where.waitReason();
    if (shown == null) {
      return "something";
    }
    return switch (shown.kind()) {
      case WaitReason.JOIN -> "the end of " + shown.detail();
      case String kind when shown.detail().isEmpty() -> kind;
      case String kind -> "%s '%s'".formatted(kind, shown.detail());
    };
  }

  /**
   * Returns whether only a wake-up can end the wait, given the pending kills, deadlines and
   * interrupts of its greenlet. Any thread.
   */
  boolean isEndless(CancellationState cancellation) {
    return switch (state) {
      case WAITING -> !cancellation.mayEndWait() && !thread.isInterrupted();
      case CLAIMED -> true;
      default -> false;
    };
  }

  /**
   * Claims this waiter, which is a promise to {@linkplain #wake wake} it: from now on only that
   * ends the wait. Any thread; lock-free. A creator that claims its own waiter before it waits can
   * be neither killed nor interrupted in the wait.
   *
   * @return {@code false} if the creator has left, or the waiter was claimed before or woken; then
   *     nothing must be handed over to it
   */
  public boolean claim() {
    return STATE.compareAndSet(this, WAITING, CLAIMED);
  }

  /**
   * Ends the wait, whether this waiter is claimed or not. If it is over, this method does nothing.
   * Any thread, any number of times; lock-free; never throws. Actions of the calling thread before
   * this call <i>happen-before</i> actions of the creator after the wait.
   */
  public void wake() {
    for (int seen = state; seen == WAITING || seen == CLAIMED; seen = state) {
      if (STATE.compareAndSet(this, seen, WOKEN)) {
        unpark();
        return;
      }
    }
  }

  /**
   * Ends the wait with a {@link DeadlockException}. Returns {@code false} if this waiter is
   * claimed, over or {@linkplain #notFailable not failable}. One caller at a time.
   */
  boolean fail(String message) {
    if (notFailable || state != WAITING) {
      return false;
    }
    failure = message;
    boolean failed = STATE.compareAndSet(this, WAITING, FAILED);
    if (failed) {
      unpark();
    }
    return failed;
  }

  /** Returns whether the wait is over, because it was woken or has failed. */
  boolean isOver() {
    int seen = state;
    return seen == WOKEN || seen == FAILED;
  }

  /**
   * Throws the exception with which the wait failed, if it did. The creator only, after the wait.
   */
  void throwFailure() {
    if (state == FAILED) {
      throw new DeadlockException(String.valueOf(failure));
    }
  }

  private void unpark() {
    if (greenlet != null) {
      greenlet.unpark();
    } else {
      LockSupport.unpark(thread);
    }
  }

  /**
   * Returns whether {@link #wake} was called in time. Any thread.
   *
   * @return {@code true} if the wait was ended by {@link #wake}
   */
  public boolean isWoken() {
    return state == WOKEN;
  }

  /**
   * Returns the current time of the clock that measures the timed waits of this waiter: that of the
   * runtime for a greenlet, {@link System#nanoTime()} for any other thread. Any thread.
   *
   * @return nanoseconds of arbitrary origin
   */
  public long nanoTime() {
    return nanoTime(greenlet);
  }

  /**
   * Returns the current time of the clock that measures the timed waits of the caller, without
   * creating a waiter. Any thread.
   *
   * @return nanoseconds of arbitrary origin
   */
  public static long currentNanoTime() {
    return nanoTime(CurrentGreenlet.get());
  }

  /**
   * Lets a kill or an expired deadline end the wait from now on, and not only once the creator
   * waits. The creator only, before it publishes the waiter; it must then wait, and must not reach
   * another switch point before it does. Has no effect unless the creator is a greenlet.
   *
   * @param takeOut removes the waiter from where it is published. Called by any thread, which may
   *     be a carrier or a poller, after a kill or a deadline has ended the wait and before that
   *     kill or expiry returns. Must neither wait nor throw, and may be called too late
   * @return {@code false} if a kill or a deadline is pending and has ended the wait, in which case
   *     the waiter need not be published
   */
  public boolean enlist(Runnable takeOut) {
    this.takeOut = takeOut;
    enlist();
    return state != CANCELLED;
  }

  /**
   * Like {@link #enlist(Runnable)}, for a waiter that is not removed from anywhere. Any number of
   * times.
   */
  void enlist() {
    if (greenlet != null && !enlisted) {
      enlisted = true;
      greenlet.cancellation().enlist(this);
    }
  }

  /**
   * Records the wait of the same greenlet that encloses this one, or the nearest around that one
   * that is not over. Called before this waiter is published.
   */
  void insideOf(@Nullable Waiter wait) {
    Waiter open = wait;
    while (open != null && open.state != WAITING) {
      open = open.outer;
    }
    outer = open;
  }

  /** Returns the wait of the same greenlet that was enlisted before, if any. */
  @Nullable Waiter outer() {
    return outer;
  }

  /**
   * Ends the wait, unless it is claimed or over. Called under the lock of the cancellation;
   * lock-free itself.
   */
  void cancel() {
    STATE.compareAndSet(this, WAITING, CANCELLED);
  }

  boolean isCancelled() {
    return state == CANCELLED;
  }

  /** Removes a cancelled waiter from where it is published. Any thread; never waits. */
  void takeOutIfCancelled() {
    Runnable action = takeOut;
    if (action != null && state == CANCELLED) {
      action.run();
    }
  }

  private static long nanoTime(@Nullable DefaultGreenletTask<?> waiting) {
    return waiting != null ? waiting.environment().time().nanoTime() : System.nanoTime();
  }

  /**
   * Waits until woken. The creator only, once. A switch point.
   *
   * @param reason what the caller waits for
   * @throws InterruptedException if the caller is interrupted before or during the wait and was not
   *     woken or claimed; the interrupt status is cleared
   * @throws DeadlockException if the caller is a greenlet and the wait closes a cycle of waits, or
   *     is failed because it would never end
   * @throws GreenletExit if the caller is a greenlet that is killed and was not woken or claimed
   * @throws DeadlineExit if the caller is a greenlet, a deadline has expired, and it was not woken
   *     or claimed
   */
  public void await(WaitReason reason) throws InterruptedException {
    await(reason, true);
  }

  /**
   * Waits until woken. An interrupt does not end the wait, and its status is set again afterwards.
   * The creator only, once. A switch point.
   *
   * @param reason what the caller waits for
   * @throws DeadlockException if the caller is a greenlet and the wait closes a cycle of waits, or
   *     is failed because it would never end
   * @throws GreenletExit if the caller is a greenlet that is killed and was not woken or claimed
   * @throws DeadlineExit if the caller is a greenlet, a deadline has expired, and it was not woken
   *     or claimed
   */
  public void awaitUninterruptibly(WaitReason reason) {
    try {
      await(reason, false);
    } catch (InterruptedException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private void await(WaitReason reason, boolean interruptible) throws InterruptedException {
    if (greenlet != null) {
      greenlet.suspender().await(this, reason, interruptible);
      return;
    }
    boolean interrupted = false;
    while (!isWoken()) {
      interrupted |= takeInterrupt(interruptible);
      LockSupport.park(this);
    }
    if (interrupted) {
      thread.interrupt();
    }
  }

  /**
   * Waits until woken, but not for longer than the given time. The creator only, once. A switch
   * point.
   *
   * @param reason what the caller waits for
   * @param nanos the longest time to wait, in nanoseconds of the clock of {@link #nanoTime()}
   * @return {@code true} if it was woken, {@code false} if the time has elapsed
   * @throws InterruptedException if the caller is interrupted before or during the wait and was not
   *     woken or claimed; the interrupt status is cleared
   * @throws GreenletExit if the caller is a greenlet that is killed and was not woken or claimed
   * @throws DeadlineExit if the caller is a greenlet, a deadline has expired, and it was not woken
   *     or claimed
   */
  public boolean await(WaitReason reason, long nanos) throws InterruptedException {
    return awaitUntil(reason, nanoTime() + nanos);
  }

  /**
   * Waits until woken, but not past the given point in time. The creator only, once. A switch
   * point.
   *
   * @param reason what the caller waits for
   * @param dueNanos the point in time, in nanoseconds of the clock of {@link #nanoTime()}
   * @return {@code true} if it was woken, {@code false} if the time has come
   * @throws InterruptedException if the caller is interrupted before or during the wait and was not
   *     woken or claimed; the interrupt status is cleared
   * @throws GreenletExit if the caller is a greenlet that is killed and was not woken or claimed
   * @throws DeadlineExit if the caller is a greenlet, a deadline has expired, and it was not woken
   *     or claimed
   */
  public boolean awaitUntil(WaitReason reason, long dueNanos) throws InterruptedException {
    if (greenlet != null) {
      return greenlet.suspender().awaitUntil(this, reason, dueNanos);
    }
    boolean interrupted = false;
    while (!isWoken()) {
      interrupted |= takeInterrupt(true);
      long left = dueNanos - System.nanoTime();
      if (left > 0) {
        LockSupport.parkNanos(this, left);
      } else if (abandon()) {
        return false;
      } else {
        LockSupport.park(this); // was claimed at the last moment
      }
    }
    if (interrupted) {
      thread.interrupt();
    }
    return true;
  }

  /**
   * Waits for the peer of a channel until woken, but not for longer than {@code nanos}. An
   * interrupt does not end the wait, and its status is kept. A kill or an expired deadline ends the
   * wait and is thrown, except inside a switch point that declares what those do. Inside an open
   * switch point, the reason of that one stays visible. The creator only, once. Returns whether it
   * was woken.
   */
  boolean awaitPeer(WaitReason reason, long nanos) {
    if (greenlet != null) {
      return greenlet.suspender().awaitPeer(this, reason, nanos);
    }
    boolean interrupted = false;
    long start = System.nanoTime();
    while (!isWoken()) {
      interrupted |= Thread.interrupted();
      long left = nanos - (System.nanoTime() - start);
      if (left <= 0) {
        break;
      }
      LockSupport.parkNanos(this, left);
    }
    if (interrupted) {
      thread.interrupt();
    }
    return isWoken();
  }

  /** Returns the loop that watches channels for the creator. */
  RunLoop channels() {
    RunLoop own = greenlet == null ? FallbackCarriers.channels() : greenlet.scheduler().channels();
    return own.hasChannels() ? own : FallbackCarriers.channels();
  }

  /**
   * Leaves the wait. Returns {@code false} if the waiter was claimed or woken. The creator only.
   */
  boolean abandon() {
    return STATE.compareAndSet(this, WAITING, ABANDONED);
  }

  /**
   * Clears the interrupt status of the waiting thread, so that it can park. Returns whether it was
   * set and must be set again after the wait.
   */
  boolean takeInterrupt(boolean deliver) throws InterruptedException {
    if (!Thread.interrupted()) {
      return false;
    }
    if (deliver && abandon()) {
      throw new InterruptedException();
    }
    return true;
  }
}
