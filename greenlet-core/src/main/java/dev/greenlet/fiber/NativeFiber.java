package dev.greenlet.fiber;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A virtual thread that schedules itself: the JDK hands its continuation to {@link #execute}
 * whenever it may continue, and the fiber puts itself into the queue of its home lane. Every wait
 * of the JDK (socket, lock, sleep, monitor) thus gives the hub up by itself.
 *
 * <p>The JDK may submit the continuation once more than needed, and at any time: whatever takes the
 * stack of a runnable thread that is not mounted suspends it, and submits it afterwards, when a
 * carrier may long have continued it. So a submission is a hint, and {@link #entry} decides: the
 * fiber is in at most one queue, at most one carrier is inside its continuation, and a submission
 * that arrives in the meantime is handled by that carrier when it leaves. Only the code of the
 * fiber changes its home, so the home does not change while the fiber is queued, and the carrier
 * that takes it from the queue is that of its home.
 */
final class NativeFiber extends Fiber implements Executor {
  private static final VarHandle ENTRY;

  static {
    try {
      ENTRY = MethodHandles.lookup().findVarHandle(NativeFiber.class, "entry", int.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  /** In no queue, and no carrier is inside. */
  private static final int OUT = 0;

  /** In the queue of its home. */
  private static final int QUEUED = 1;

  /** A carrier has taken it from the queue and is inside. */
  private static final int ENTERED = 2;

  /** As {@link #ENTERED}, and that carrier will queue it when it leaves. */
  private static final int ENTERED_AND_DUE = 3;

  private final Thread thread;
  private final Executor strays;
  private volatile @Nullable Runnable continuation;
  private volatile int entry = OUT;
  private boolean inBlockingCall; // written by the fiber itself; a lender may see it late

  // The fields below belong to the carrier that is inside, and to the fiber while it runs there.

  /** The lane whose carrier entered last. */
  private @Nullable FiberScheduler servedBy;

  /**
   * The begins and ends of waits of this class: odd in such a wait, and before and after the body.
   */
  private int waitEdges = 1;

  private boolean watched;
  private List<StackTraceElement> firstSuspension = List.of();

  NativeFiber(
      NativeEngine engine, String name, Runnable body, FiberScheduler home, Executor strays) {
    super(home);
    this.strays = strays;
    this.thread = engine.newThread(this, name, () -> runBody(body));
  }

  /**
   * Called by the JDK, on any thread; see {@link FiberScheduler#ready} for what that forbids. A
   * virtual thread has one continuation for life, and the first one to arrive is that of this
   * fiber, submitted by {@link Thread#start}. Any other belongs to a virtual thread that the code
   * of this fiber started, and that inherited this fiber as its scheduler.
   */
  @Override
  public void execute(Runnable submitted) {
    Runnable own = continuation;
    if (own == null) {
      continuation = own = submitted;
    }
    if (own == submitted) {
      enqueue();
    } else {
      strays.execute(submitted);
    }
  }

  @Override
  public Thread thread() {
    return thread;
  }

  /** What the JDK submits; {@code null} until it first has. */
  @Nullable Runnable continuation() {
    return continuation;
  }

  @Override
  void launch() {
    thread.start();
  }

  /** Queues the fiber, unless it is queued or the carrier inside can be left to do so. */
  private void enqueue() {
    while (true) {
      switch (entry) {
        case OUT -> {
          if (ENTRY.compareAndSet(this, OUT, QUEUED)) {
            home().ready(this);
            return;
          }
        }
        case ENTERED -> {
          if (ENTRY.compareAndSet(this, ENTERED, ENTERED_AND_DUE)) {
            return;
          }
        }
        default -> {
          return;
        }
      }
    }
  }

  @Override
  boolean slice(FiberScheduler lane) {
    Runnable own = Objects.requireNonNull(continuation); // set before the fiber was ever queued
    if (servedBy != lane) {
      servedBy = lane;
    }
    entry = ENTERED; // then the JDK looks at the thread; submissions do it the other way round
    countSlice();
    int edgesBefore = waitEdges;
    boolean mayMissEdges = !isInOwnWait() && isRunnable();
    boolean ran = false;
    try {
      own.run(); // does nothing if the thread is not runnable, or suspended for a look at its stack
      ran = waitEdges != edgesBefore || (mayMissEdges && hasChanged());
    } finally {
      leave(ran);
    }
    return ran;
  }

  private boolean isInOwnWait() {
    return (waitEdges & 1) != 0;
  }

  /**
   * Returns whether a thread that waited in the JDK, and was runnable, has run. Such a thread waits
   * again, or was submitted meanwhile. A thread that was suspended instead is still runnable, and
   * is submitted later.
   */
  private boolean hasChanged() {
    return entry != ENTERED || !isRunnable();
  }

  private void leave(boolean ran) {
    if (!ran) {
      uncountSlice();
    } else if (watched && firstSuspension.isEmpty()) {
      // cannot continue before this carrier leaves, and is due already if it is runnable
      firstSuspension = List.of(thread.getStackTrace());
    }
    if (entry == ENTERED_AND_DUE || !ENTRY.compareAndSet(this, ENTERED, OUT)) {
      ENTRY.setRelease(this, QUEUED); // further submissions change nothing, so neither loses
      home().ready(this);
    }
  }

  private boolean isRunnable() {
    return thread.getState() == Thread.State.RUNNABLE;
  }

  @Override
  Phase phaseWhileAlive() {
    return switch (entry) {
      case QUEUED -> Phase.READY;
      case OUT -> isRunnable() ? Phase.READY : Phase.PARKED; // about to be queued
      default -> isRunnable() ? Phase.RUNNING : Phase.PARKED; // there, if it waits while pinned
    };
  }

  @Override
  public void watchSuspension(boolean watched) {
    if (watched && !this.watched) {
      firstSuspension = List.of();
    }
    this.watched = watched;
  }

  @Override
  public List<StackTraceElement> firstSuspension() {
    return firstSuspension;
  }

  @Override
  public void yieldNow() {
    yieldThread();
    reclaimLane();
  }

  private void yieldThread() {
    waitEdges++;
    Thread.yield();
    waitEdges++;
  }

  @Override
  public void park() {
    waitEdges++;
    LockSupport.park(this);
    waitEdges++;
    reclaimLane();
  }

  @Override
  public void unpark() {
    LockSupport.unpark(thread);
  }

  @Override
  public void beginBlocking() {
    // a wait of the JDK unmounts the thread by itself; one in the system keeps the carrier
    inBlockingCall = true;
  }

  @Override
  public void endBlocking() {
    inBlockingCall = false;
    reclaimLane();
  }

  /** Comes back to a lane that was lent while a wait kept the carrier. */
  private void reclaimLane() {
    if (!home().isHeldBy(this)) {
      comeBack();
    }
  }

  private void comeBack() {
    yieldThread(); // to queue like any other, if nothing pins it by now
    if (home().isHeldBy(this)) {
      return;
    }
    home().reclaim(this);
    boolean interrupted = false;
    while (!home().isHeldBy(this)) {
      waitEdges++;
      LockSupport.park(this);
      waitEdges++;
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      thread.interrupt();
    }
  }

  @Override
  public boolean moveTo(FiberScheduler target) {
    FiberScheduler origin = home();
    home(target);
    yieldThread();
    if (servedBy == target) {
      return true;
    }
    home(origin); // a yield while pinned does nothing
    return false;
  }

  @Override
  public boolean isMounted() {
    return true; // its code runs nowhere else
  }

  @Override
  public boolean isInBlockingCall() {
    return inBlockingCall;
  }

  @Override
  public boolean lendLane(BooleanSupplier stillWaits) {
    return home().replaceCarrier(this, stillWaits);
  }

  @Override
  public boolean mayBePinned() {
    int now = entry;
    return now == ENTERED || now == ENTERED_AND_DUE; // what is pinned keeps its carrier inside
  }

  private void runBody(Runnable body) {
    waitEdges++;
    try {
      body.run();
    } finally {
      done();
      waitEdges++;
    }
  }
}
