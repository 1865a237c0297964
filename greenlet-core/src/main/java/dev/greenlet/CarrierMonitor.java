package dev.greenlet;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps the lanes of a runtime running, from a thread of its own: checks what occupies their
 * carriers, every {@link #LOOK_NANOS} while any is occupied.
 *
 * <p>It uses the clock of the machine, whatever the time source of the runtime is, because it
 * observes threads. It corresponds to the monitor of the Go runtime, which hands the processor of a
 * thread that blocks in a system call to another thread.
 */
final class CarrierMonitor {
  private static final System.Logger LOG = System.getLogger(CarrierMonitor.class.getName());
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long QUIET_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Checks one lane. Called by the monitor's thread only. */
  interface Watch {

    /**
     * Checks once, and does what is due.
     *
     * @param now the time of this check, as of {@link System#nanoTime}
     * @return whether the next check is to follow soon
     */
    boolean look(long now);

    /** Gives back what the watch holds. Called once, after the last check. */
    default void end() {}
  }

  private final List<Watch> watches;
  private final Thread thread;
  private volatile boolean closed;

  CarrierMonitor(String runtime, List<Watch> watches) {
    this.watches = List.copyOf(watches);
    this.thread = Thread.ofPlatform().daemon().name(runtime + "-monitor").unstarted(loop());
  }

  void start() {
    thread.start();
  }

  /** Ends the monitor without waiting. Any thread. */
  void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private ResilientLoop loop() {
    return new ResilientLoop(
        this::lookOnce,
        Duration.ofNanos(LOOK_NANOS),
        failure -> LOG.log(Level.WARNING, "The monitor of carriers failed and continues", failure));
  }

  private boolean lookOnce() {
    if (closed) {
      watches.forEach(Watch::end);
      return false;
    }
    boolean soon = false;
    for (Watch watch : watches) {
      soon |= look(watch);
    }
    LockSupport.parkNanos(this, soon ? LOOK_NANOS : QUIET_LOOK_NANOS);
    return true;
  }

  /**
   * Submits something to a pool from a new thread, so that the pool starts a thread if it may. A
   * {@link java.util.concurrent.ForkJoinPool} does so only if the queue of the submitting thread
   * was empty, and a submission in the monitor's queue may remain there while all carriers are
   * occupied.
   */
  static void submitAfresh(String name, Runnable submission) {
    Thread.ofPlatform().daemon().name(name).start(submission);
  }

  private static boolean look(Watch watch) {
    try {
      return watch.look(System.nanoTime());
    } catch (RuntimeException | Error failure) {
      LOG.log(Level.WARNING, "Checking " + watch + " failed; it is checked again", failure);
      return false;
    }
  }
}
