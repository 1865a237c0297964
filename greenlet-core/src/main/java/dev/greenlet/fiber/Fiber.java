package dev.greenlet.fiber;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The engine's half of a greenlet. It runs in slices on its home lane, and gives that lane up only
 * between two slices.
 *
 * <p>The methods fall into three groups by their callers: the fiber itself, on its own thread,
 * calls {@link #yieldNow}, {@link #park}, {@link #moveTo}, {@link #beginBlocking} and {@link
 * #endBlocking}; carriers call {@link #runSlice}; {@link #start}, {@link #unpark} and the queries
 * are for any thread.
 */
public abstract sealed class Fiber permits NativeFiber, PortableFiber {
  private static final VarHandle SLICES;

  static {
    try {
      SLICES = MethodHandles.lookup().findVarHandle(Fiber.class, "slices", long.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  /** The state of a fiber, as far as it is visible from outside. */
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

  private volatile boolean started;
  private volatile boolean done;
  private volatile long slices;

  Fiber(FiberScheduler home) {
    this.home = home;
  }

  /**
   * Returns the thread whose identity, thread locals and stack the fiber has, from first to last
   * slice.
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
   * Gives the lane up until {@link #unpark} or an interrupt. May return spuriously: callers loop.
   * An {@code unpark} that came before makes it return at once. The fiber itself only.
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
   * Continues on another lane. The fiber itself only.
   *
   * @param target the lane
   * @return {@code false} if the fiber could not leave, because a native frame or a class
   *     initialiser on its stack pins it; its home is then unchanged
   */
  public abstract boolean moveTo(FiberScheduler target);

  /**
   * Returns whether the fiber holds its lane at this moment. The answer is outdated at once, except
   * on the fiber's own thread.
   *
   * @return {@code true} if the fiber may access what belongs to the lane
   */
  public abstract boolean isMounted();

  /**
   * Returns whether a class initialiser may be on the stack of the fiber, which waits, as far as
   * that is known without a look at the stack. Any thread.
   *
   * @return {@code false} if there is none
   */
  public abstract boolean mayBePinned();

  /**
   * Begins or ends to watch where the fiber gives its lane up, for a section that must not do so.
   * The fiber itself only; costs a look at its stack when it first gives the lane up.
   *
   * @param watched whether to begin, or to continue
   */
  public void watchSuspension(boolean watched) {
    // a fiber that gives up its lane only in methods of this class knows where that is
  }

  /**
   * Returns where the fiber first gave its lane up since it has been watched. The fiber itself
   * only.
   *
   * @return the stack, innermost frame first; empty if it is not known
   */
  public List<StackTraceElement> firstSuspension() {
    return List.of();
  }

  /**
   * Returns whether the fiber is between {@link #beginBlocking} and {@link #endBlocking} and has
   * its lane all the same. Any thread; may lag.
   *
   * @return whether the fiber is prepared for other fibers to run on the lane meanwhile
   */
  public boolean isInBlockingCall() {
    return false; // its lane is used by other fibers
  }

  /**
   * Takes the lane from the fiber, which waits without giving it up, so that other fibers run
   * there. The fiber takes the lane back at its next switch point. Any thread but the fiber's, one
   * at a time.
   *
   * @param stillWaits returns whether the fiber still waits in the current slice; called at a point
   *     from which on the fiber notices that its lane was taken
   * @return whether the lane was taken
   */
  public abstract boolean lendLane(BooleanSupplier stillWaits);

  /** Queues the fiber at its home as ready for the first time. */
  abstract void launch();

  /**
   * Takes the fiber out of the queue and runs it until it gives its lane up.
   *
   * @return whether it ran
   */
  abstract boolean slice(FiberScheduler lane);

  /** Returns the phase of a fiber that is started and unfinished. */
  abstract Phase phaseWhileAlive();

  /**
   * Runs one slice. A carrier of {@code lane} only, once for each time that the fiber was queued
   * there. A fiber whose home is another lane is sent there and does not run.
   *
   * @param lane the lane that the calling carrier serves
   * @return whether the fiber ran; {@code false} if it was sent on or turned out not to be runnable
   */
  public final boolean runSlice(FiberScheduler lane) {
    FiberScheduler at = home;
    if (at != lane) {
      at.ready(this);
      return false;
    }
    return slice(lane);
  }

  /**
   * Returns the lane that queues and runs this fiber. Any thread.
   *
   * @return the lane
   */
  public final FiberScheduler home() {
    return home;
  }

  /**
   * Returns how many slices have begun. Any thread; may lag.
   *
   * @return the number of slices
   */
  public final long slices() {
    return slices;
  }

  /**
   * Returns the phase of the fiber. Any thread; outdated at once.
   *
   * @return the phase
   */
  public final Phase phase() {
    if (done) {
      return Phase.DONE;
    }
    return started ? phaseWhileAlive() : Phase.NEW;
  }

  final void home(FiberScheduler lane) {
    home = lane;
  }

  /** Counts a slice. One carrier at a time; a release write, for others only read. */
  final void countSlice() {
    SLICES.setRelease(this, slices + 1);
  }

  /** Reverts the last {@link #countSlice}, because the fiber did not run. */
  final void uncountSlice() {
    SLICES.setRelease(this, slices - 1);
  }

  final void done() {
    done = true;
  }
}
