package dev.greenlet.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * The engine's half of a greenlet: something that runs in slices on the lane it is at home on, and
 * gives that lane up only in between.
 *
 * <p>Methods fall in three groups by who may call them: the fiber itself (on its own thread) calls
 * {@link #yieldNow}, {@link #park}, {@link #moveTo}, {@link #beginBlocking} and {@link
 * #endBlocking}; carriers call {@link #runSlice}; {@link #start}, {@link #unpark} and the questions
 * are for any thread.
 */
public abstract sealed class Fiber implements Runnable permits NativeFiber, PortableFiber {
  private static final VarHandle QUEUED;
  private static final VarHandle SLICES;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      QUEUED = lookup.findVarHandle(Fiber.class, "queued", boolean.class);
      SLICES = lookup.findVarHandle(Fiber.class, "slices", long.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  /** What a fiber is doing, as far as can be told from outside. */
  public enum Phase {
    /** Not started. */
    NEW,
    /** In the queue of its lane. */
    READY,
    /** On a carrier, or holding the baton. */
    RUNNING,
    /** Waiting. */
    PARKED,
    /** Finished. */
    DONE
  }

  private volatile FiberScheduler home;

  // In a ready queue. At most once: a stack sampler resubmits a queued virtual thread, and a
  // duplicate must neither count as a slice nor run on a lane that the fiber has left.
  private volatile boolean queued;

  private volatile boolean started;
  private volatile boolean done;
  private volatile long slices;

  Fiber(FiberScheduler home) {
    this.home = home;
  }

  /**
   * The thread whose identity, thread locals and stack the fiber has, from first to last slice.
   *
   * @return a virtual thread, or a platform thread on the platform-thread variant of the portable
   *     engine
   */
  public abstract Thread thread();

  /** Makes the fiber ready for the first time. Any thread, once. */
  public final void start() {
    started = true;
    launch();
  }

  /** Gives the lane up and queues for it again, at the tail. The fiber itself only. */
  public abstract void yieldNow();

  /**
   * Gives the lane up until {@link #unpark}, an interrupt, or for no reason: callers loop. An
   * {@code unpark} that came first makes it return at once. The fiber itself only.
   */
  public abstract void park();

  /** Ends the present or the next {@link #park}. Any thread; lock-free; never throws. */
  public abstract void unpark();

  /**
   * Gives the lane up for a blocking call about to be made, where the call would not do so by
   * itself. The fiber itself only; ended by {@link #endBlocking}; does not nest.
   */
  public abstract void beginBlocking();

  /** Takes the lane back after {@link #beginBlocking}. The fiber itself only. */
  public abstract void endBlocking();

  /**
   * Goes on on another lane. The fiber itself only.
   *
   * @param target the lane
   * @return {@code false} when the fiber could not leave, because a native frame or a class
   *     initialiser on its stack pins it; it is then at home where it was
   */
  public abstract boolean moveTo(FiberScheduler target);

  /**
   * Whether the fiber has its lane at this moment. Only its own thread gets a lasting answer.
   *
   * @return whether what belongs to the lane belongs to the fiber
   */
  public abstract boolean isMounted();

  /**
   * Keeps an eye on where the fiber goes on, for somebody who must not have given up the lane. The
   * fiber itself only; costs a look at its stack for the first slice that begins meanwhile.
   *
   * @param watched whether to begin, or to go on
   */
  public void watchResumption(boolean watched) {
    // a fiber that only gives up its lane when it is told to knows where that is
  }

  /**
   * Where the fiber went on for the first time since it is watched. The fiber itself only.
   *
   * @return the stack, innermost frame first; empty if nobody could tell
   */
  public List<StackTraceElement> firstResumption() {
    return List.of();
  }

  /** Queues the fiber at its home as ready for the first time. */
  abstract void launch();

  /** Runs until the fiber gives its lane up. */
  abstract void slice();

  /** Whether a fiber that is started, unfinished and in no queue runs, rather than waits. */
  abstract boolean isRunning();

  /**
   * Runs one slice. The carrier of {@code lane} only. A fiber that has moved on meanwhile is sent
   * after itself instead.
   *
   * @param lane the lane whose carrier calls
   */
  public final void runSlice(FiberScheduler lane) {
    FiberScheduler at = home;
    if (at != lane) {
      at.ready(this);
      return;
    }
    queued = false;
    countSlice();
    slice();
  }

  /** Runs one slice on the lane the fiber is at home on, for carriers that take any task. */
  @Override
  public final void run() {
    runSlice(home);
  }

  /**
   * The lane that queues and runs this fiber.
   *
   * @return the lane
   */
  public final FiberScheduler home() {
    return home;
  }

  /**
   * How many slices have begun. Any thread; may lag.
   *
   * @return the number of slices
   */
  public final long slices() {
    return slices;
  }

  /**
   * What the fiber is doing. Any thread; outdated at once.
   *
   * @return the phase
   */
  public final Phase phase() {
    if (done) {
      return Phase.DONE;
    }
    if (!started) {
      return Phase.NEW;
    }
    if (queued) {
      return Phase.READY;
    }
    return isRunning() ? Phase.RUNNING : Phase.PARKED;
  }

  final void home(FiberScheduler lane) {
    home = lane;
  }

  /** Counts a slice. One carrier at a time; a release write, for others only read. */
  final void countSlice() {
    SLICES.setRelease(this, slices + 1);
  }

  final void done() {
    done = true;
  }

  final void enqueue() {
    if (QUEUED.compareAndSet(this, false, true)) {
      home.ready(this);
    }
  }
}
