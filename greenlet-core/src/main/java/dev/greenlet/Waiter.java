package dev.greenlet;

import dev.greenlet.loop.FallbackCarriers;
import dev.greenlet.loop.RunLoop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One wait of the calling greenlet or thread, from which all greenlet primitives are built.
 *
 * <p>Made by the one who will wait; {@linkplain #wake woken} once, by anybody, before, during or
 * after the wait. A greenlet that waits gives up its lane; any other thread blocks. Dangerous to
 * use directly: who loses a waiter waits for ever.
 *
 * <p>A wait ends in one of two ways, and it is decided atomically in which: it is woken, or the
 * waiter leaves because it is timed out, killed, interrupted or past a deadline. A giver
 * {@linkplain #claim claims} the waiter first: if that succeeds, the waiter will take what is
 * given, and a kill or an interrupt that comes later stays pending until the next switch point. A
 * kill and an expired deadline of a greenlet that waits end the wait before they return, so that it
 * cannot be claimed any more; one that has yet to wait needs to be {@linkplain #enlist enlisted}
 * for that.
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
  private @Nullable Waiter outer; // these are written before the wait is published
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
   * A wait of the caller's.
   *
   * @return a new waiter
   */
  public static Waiter ofCurrent() {
    return new Waiter(CurrentGreenlet.get(), Thread.currentThread());
  }

  /**
   * Says at what it waits, or will wait, so that a circle of waits for each other's locks and ends
   * is found. Of use where {@link Synchronizer#holder()} tells the only one who can end the wait.
   * The creator before it waits, or who has claimed it.
   *
   * @param where what it waits at
   * @return this
   */
  public Waiter at(Synchronizer where) {
    place = where;
    return this;
  }

  @Nullable Synchronizer place() {
    return place;
  }

  /**
   * Returns whose wait it is. Any thread.
   *
   * @return the creator
   */
  public Strand strand() {
    return new Strand(thread, greenlet);
  }

  /**
   * Says that no greenlet is expected to end the wait, but something outside of all runtimes, so
   * that a runtime in which nothing else goes on is not called stuck. The creator before it waits.
   *
   * @return this
   */
  public Waiter externallyWoken() {
    externallyWoken = true;
    return this;
  }

  boolean isFromOutside() {
    return externallyWoken;
  }

  /**
   * Says that a {@link DeadlockException} must not end the wait. The creator before it waits.
   *
   * @return this
   */
  public Waiter notFailable() {
    notFailable = true;
    return this;
  }

  /**
   * Says that the wait is made although an exit was thrown into the creator: only a kill or the end
   * of a deadline that comes after that ends it. The creator before it waits, and before it
   * {@linkplain #enlist enlists} the waiter.
   *
   * @return this
   */
  public Waiter pastThrown() {
    pastThrown = true;
    return this;
  }

  boolean isPastThrown() {
    return pastThrown;
  }

  /** Whether the wait is that of a thread. Any thread. */
  boolean isOf(Thread waiting) {
    return thread == waiting;
  }

  /** Whether a {@link DeadlockException} may end the wait. */
  boolean isFailable() {
    return !notFailable;
  }

  /** Who alone can end the wait, as far as is known. */
  @Nullable Strand holder() {
    Synchronizer where = place;
    return where == null ? null : where.holder();
  }

  /** Whether it waits for what somebody has who has ended, and can give it up no more. */
  boolean isHolderTerminated() {
    Synchronizer where = place;
    return where != null
        && !where.waitReason().kind().equals(WaitReason.JOIN) // an end may be about to be told
        && where.holder() instanceof Strand holder
        && holder.hasEnded()
        && holder.equals(where.holder()); // and has not given it up just before its end
  }

  /** What it waits for, for a human reader. */
  String describe(@Nullable WaitReason reason) {
    Synchronizer where = place;
    WaitReason told = where == null ? reason : where.waitReason();
    if (told == null) {
      return "something";
    }
    return switch (told.kind()) {
      case WaitReason.JOIN -> "the end of " + told.detail();
      case String kind when told.detail().isEmpty() -> kind;
      case String kind -> "%s '%s'".formatted(kind, told.detail());
    };
  }

  /** Whether only a wake-up ends it, with the signals of its greenlet as they are. Any thread. */
  boolean isEndless(CancellationState cancellation) {
    return switch (state) {
      case WAITING -> !cancellation.mayEndWait() && !thread.isInterrupted();
      case CLAIMED -> true;
      default -> false;
    };
  }

  /**
   * Promises to wake the waiter, which from now on stays until that happens. Any thread; lock-free.
   * Claimed by its creator before it waits, a wait can be neither killed nor interrupted.
   *
   * @return {@code false} if it has left, was claimed by another or was woken: it must be given
   *     nothing
   */
  public boolean claim() {
    return STATE.compareAndSet(this, WAITING, CLAIMED);
  }

  /**
   * Ends the wait, claimed or not. Any thread, any number of times; lock-free; never throws. What
   * the caller did before happens before what the waiter does after.
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
   * Ends the wait with a {@link DeadlockException}. Returns {@code false} if it is claimed, over or
   * notFailable. One caller at a time.
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

  /** Whether there is nothing to wait for any more: it was woken, or failed. */
  boolean isOver() {
    int seen = state;
    return seen == WOKEN || seen == FAILED;
  }

  /** Throws what the wait failed with, if it did. The creator only, after the wait. */
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
   * Whether {@link #wake} was called in time. Any thread.
   *
   * @return whether the wait has an end
   */
  public boolean isWoken() {
    return state == WOKEN;
  }

  /**
   * The present time on the clock that this waiter's timed waits go by: that of the runtime for a
   * greenlet, the machine's for any other thread.
   *
   * @return nanoseconds of arbitrary origin
   */
  public long nanoTime() {
    return nanoTime(greenlet);
  }

  /**
   * The present time on the clock that timed waits of the caller go by, for one who has yet to make
   * a waiter.
   *
   * @return nanoseconds of arbitrary origin
   */
  public static long currentNanoTime() {
    return nanoTime(CurrentGreenlet.get());
  }

  /**
   * Lets a kill or an expired deadline end the wait from now on, and not only once the creator
   * waits. The creator, before it publishes the waiter; it must wait then, and at no other switch
   * point before. Of no effect unless the creator is a greenlet.
   *
   * @param takeOut takes the waiter from where it is published. Called by any thread, a carrier or
   *     a poller too, after a kill or a deadline has ended the wait and before that returns. Must
   *     neither wait nor throw, and may come too late
   * @return {@code false} if a kill or a deadline is pending and has ended the wait: the waiter
   *     need not be published
   */
  public boolean enlist(Runnable takeOut) {
    this.takeOut = takeOut;
    enlist();
    return state != CANCELLED;
  }

  /** The same for a waiter that is not taken from anywhere. Any number of times. */
  void enlist() {
    if (greenlet != null && !enlisted) {
      enlisted = true;
      greenlet.cancellation().enlist(this);
    }
  }

  /** Is enlisted inside of another wait that is not over. Before it is published. */
  void insideOf(@Nullable Waiter wait) {
    Waiter open = wait;
    while (open != null && open.state != WAITING) {
      open = open.outer;
    }
    outer = open;
  }

  /** The wait of the same greenlet that was enlisted before. */
  @Nullable Waiter outer() {
    return outer;
  }

  /**
   * Ends the wait, unless it is claimed or over. Under the guard of the cancellation. Lock-free.
   */
  void cancel() {
    STATE.compareAndSet(this, WAITING, CANCELLED);
  }

  boolean isCancelled() {
    return state == CANCELLED;
  }

  /** Takes a cancelled waiter from where it is published. Any thread; never waits. */
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
   * @param reason what for
   * @throws InterruptedException if the caller is interrupted before or meanwhile and was not woken
   * @throws DeadlockException if the caller is a greenlet and closes a circle of waits
   * @throws GreenletExit if the caller is a greenlet and is killed and was not woken
   */
  public void await(WaitReason reason) throws InterruptedException {
    await(reason, true);
  }

  /**
   * Waits until woken, whatever interrupts come; the interrupt status survives. The creator only,
   * once. A switch point.
   *
   * @param reason what for
   * @throws DeadlockException if the caller is a greenlet and closes a circle of waits
   * @throws GreenletExit if the caller is a greenlet and is killed and was not woken
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
   * Waits until woken, but not for longer than {@code nanos}. The creator only, once. A switch
   * point.
   *
   * @param reason what for
   * @param nanos how long, on the clock of {@link #nanoTime()}
   * @return whether it was woken
   * @throws InterruptedException if the caller is interrupted before or meanwhile and was not woken
   * @throws GreenletExit if the caller is a greenlet and is killed and was not woken
   */
  public boolean await(WaitReason reason, long nanos) throws InterruptedException {
    return awaitUntil(reason, nanoTime() + nanos);
  }

  /**
   * Waits until woken, but not past a point in time. The creator only, once. A switch point.
   *
   * @param reason what for
   * @param dueNanos until when, on the clock of {@link #nanoTime()}
   * @return whether it was woken
   * @throws InterruptedException if the caller is interrupted before or meanwhile and was not woken
   * @throws GreenletExit if the caller is a greenlet and is killed and was not woken
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
        LockSupport.park(this); // claimed in the last moment
      }
    }
    if (interrupted) {
      thread.interrupt();
    }
    return true;
  }

  /**
   * Waits for the other end of a channel until woken, but not for longer than {@code nanos}.
   * Interrupts do not end the wait and are kept. Nor do kills and ends of deadlines inside of a
   * switch point that declares what they do; elsewhere they do, and are thrown. Inside of an open
   * switch point its reason stays what is shown. The creator only, once. Returns whether it was
   * woken.
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

  /** The loop that watches channels for the one who waits. */
  RunLoop channels() {
    RunLoop own = greenlet == null ? FallbackCarriers.channels() : greenlet.scheduler().channels();
    return own.hasChannels() ? own : FallbackCarriers.channels();
  }

  /**
   * Leaves. Returns {@code false} if somebody has claimed or woken the waiter. The creator only.
   */
  boolean abandon() {
    return STATE.compareAndSet(this, WAITING, ABANDONED);
  }

  /**
   * Takes the interrupt off the waiting thread, so that it can park. Returns whether there was one
   * that must be set again after the wait.
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
