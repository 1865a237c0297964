package dev.greenlet.fiber;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread of the JDK that runs only while it holds the baton of its lane. On the shared lane the
 * baton is {@link Baton#FREE}: to be ready is to run.
 *
 * <p>The thread that makes a parked fiber ready enqueues it directly, so that the fiber's thread
 * wakes once, with the baton in hand.
 */
final class PortableFiber extends Fiber {
  private static final char MOUNTED_ON = '@';
  private static final VarHandle PARKED;
  private static final VarHandle BATON;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      PARKED = lookup.findVarHandle(PortableFiber.class, "parked", boolean.class);
      BATON = lookup.findVarHandle(PortableFiber.class, "baton", Baton.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private final Thread thread;
  private final Object lending = new Object();
  private volatile @Nullable Baton baton;
  private volatile boolean queued;
  private volatile boolean parked;
  private volatile boolean permit;
  private boolean threadStarted; // by the carrier that grants the first baton
  private boolean blocking; // the fiber itself only

  // A thread that was granted the baton may need some time to wake: it waits, and is not to be
  // lent.
  private volatile boolean awaitingBaton;

  PortableFiber(PortableEngine engine, String name, Runnable body, FiberScheduler home) {
    super(home);
    this.thread = engine.newThread(name, () -> runBody(body));
  }

  @Override
  public Thread thread() {
    return thread;
  }

  @Override
  void launch() {
    becomeReady();
  }

  @Override
  boolean slice(FiberScheduler lane) {
    queued = false;
    countSlice();
    Baton.ofCurrentCarrier().lendTo(this);
    return true;
  }

  /** Lets the thread run with the given baton. Called by the thread that grants it. */
  void grant(Baton granted) {
    boolean first = !threadStarted;
    threadStarted = true;
    baton = granted;
    if (first) {
      thread.start();
    } else {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void yieldNow() {
    if (blocking) {
      return;
    }
    Baton held = takeOwnBaton();
    becomeReady();
    held.release();
    awaitBaton();
  }

  @Override
  public boolean moveTo(FiberScheduler target) {
    home(target);
    yieldNow();
    return true;
  }

  @Override
  public void park() {
    if (blocking) {
      parkWithoutBaton();
      return;
    }
    if (permit) {
      permit = false;
      return;
    }
    Baton held = takeOwnBaton();
    parked = true;
    if (permit || thread.isInterrupted()) {
      unparkIfParked();
    }
    held.release();
    awaitBaton();
    permit = false;
  }

  private void parkWithoutBaton() {
    if (!permit) {
      LockSupport.park(this);
    }
    permit = false;
  }

  @Override
  public void unpark() {
    permit = true;
    if (!unparkIfParked()) {
      LockSupport.unpark(thread);
    }
  }

  private boolean unparkIfParked() {
    if (!PARKED.compareAndSet(this, true, false)) {
      return false;
    }
    becomeReady();
    return true;
  }

  @Override
  public void beginBlocking() {
    Baton held = takeOwnBaton();
    blocking = true;
    held.release();
  }

  @Override
  public void endBlocking() {
    blocking = false;
    becomeReady();
    awaitBaton();
  }

  @Override
  public boolean isMounted() {
    return baton != null;
  }

  /** The text of a virtual thread ends with its state, and with its carrier if it is mounted. */
  @Override
  public boolean mayBePinned() {
    if (!thread.isVirtual()) {
      return true;
    }
    String text = thread.toString();
    return text.indexOf(MOUNTED_ON, text.lastIndexOf(']')) >= 0;
  }

  @Override
  Phase phaseWhileAlive() {
    if (queued) {
      return Phase.READY;
    }
    return baton != null ? Phase.RUNNING : Phase.PARKED;
  }

  /** Once for each time that the baton was given up: a fiber that is queued has none to give. */
  private void becomeReady() {
    FiberScheduler lane = home();
    if (lane.exclusive()) {
      queued = true;
      lane.ready(this);
    } else {
      countSlice();
      grant(Baton.FREE);
    }
  }

  /** Waits for the baton, whatever interrupts come; the interrupt status survives. */
  private void awaitBaton() {
    boolean interrupted = false;
    awaitingBaton = true;
    while (baton == null) {
      LockSupport.park(this);
      if (Thread.interrupted()) {
        interrupted = true;
        unparkIfParked();
      }
    }
    awaitingBaton = false;
    if (interrupted) {
      thread.interrupt();
    }
  }

  /**
   * Takes the baton out of the fiber's hand: {@link Baton#FREE} when its lane was lent meanwhile.
   */
  private Baton takeOwnBaton() {
    Baton held = baton;
    if (held != null && BATON.compareAndSet(this, held, null)) {
      return held;
    }
    synchronized (lending) { // being taken at this moment, and perhaps given back
      held = baton;
      baton = null;
      return held == null ? Baton.FREE : held;
    }
  }

  @Override
  public boolean lendLane(BooleanSupplier stillWaits) {
    synchronized (lending) {
      Baton held = baton;
      if (held == null || held == Baton.FREE || !BATON.compareAndSet(this, held, null)) {
        return false;
      }
      // In this order: a thread announces that it awaits the baton before it waits for that.
      if (stillWaits.getAsBoolean() && !awaitingBaton) {
        held.release();
        return true;
      }
      baton = held;
      if (awaitingBaton) {
        LockSupport.unpark(thread); // it may have looked while there was none
      }
      return false;
    }
  }

  private void runBody(Runnable body) {
    try {
      body.run();
    } finally {
      done();
      takeOwnBaton().release();
    }
  }
}
