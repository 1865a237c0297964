package dev.greenlet;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One wait of the calling greenlet or thread, from which all greenlet primitives are built.
 *
 * <p>Made by the one who will wait; {@linkplain #wake woken} once, by anybody, before, during or
 * after the wait. A greenlet that waits gives up its lane; any other thread blocks. Dangerous to
 * use directly: who loses a waiter waits for ever.
 */
public final class Waiter {
  private final @Nullable DefaultGreenletTask<?> greenlet;
  private final Thread thread;
  private volatile boolean woken;

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

  /** Ends the wait. Any thread, any number of times; lock-free; never throws. */
  public void wake() {
    woken = true;
    if (greenlet != null) {
      greenlet.unpark();
    } else {
      LockSupport.unpark(thread);
    }
  }

  /**
   * Whether {@link #wake} was called. Any thread.
   *
   * @return whether the wait has an end
   */
  public boolean isWoken() {
    return woken;
  }

  /**
   * Waits until woken. The creator only. A switch point.
   *
   * @param reason what for
   * @throws InterruptedException if the caller is interrupted before or meanwhile and was not woken
   * @throws GreenletExit if the caller is a greenlet and is killed and was not woken
   */
  public void await(WaitReason reason) throws InterruptedException {
    if (greenlet != null) {
      greenlet.switcher().await(this, reason);
    } else {
      while (!woken) {
        failIfInterrupted();
        LockSupport.park(this);
      }
    }
  }

  /**
   * Waits until woken, but not for longer than {@code nanos}. The creator only. A switch point. A
   * greenlet waits on the clock of its runtime, any other thread on the machine's.
   *
   * @param reason what for
   * @param nanos how long
   * @return whether it was woken
   * @throws InterruptedException if the caller is interrupted before or meanwhile and was not woken
   * @throws GreenletExit if the caller is a greenlet and is killed and was not woken
   */
  public boolean await(WaitReason reason, long nanos) throws InterruptedException {
    if (greenlet != null) {
      return greenlet.switcher().await(this, reason, nanos);
    }
    long due = System.nanoTime() + nanos;
    while (!woken) {
      failIfInterrupted();
      long left = due - System.nanoTime();
      if (left <= 0) {
        return woken;
      }
      LockSupport.parkNanos(this, left);
    }
    return true;
  }

  static void failIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }
}
