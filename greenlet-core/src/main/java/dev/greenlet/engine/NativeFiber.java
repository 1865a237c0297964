package dev.greenlet.engine;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A virtual thread that schedules itself: the JDK hands its continuation to {@link #execute}
 * whenever it may go on, and the fiber puts itself into the queue of the lane it is at home on.
 * Every wait of the JDK (socket, lock, sleep, monitor) thus gives the hub up without being asked.
 */
final class NativeFiber extends Fiber implements Executor {
  private final Thread thread;
  private final Executor strays;
  private volatile @Nullable Runnable continuation;

  // written by the fiber while it runs, read by its carrier before it does
  private boolean watched;
  private List<StackTraceElement> firstResumption = List.of();

  NativeFiber(
      NativeEngine engine, String name, Runnable body, FiberScheduler home, Executor strays) {
    super(home);
    this.strays = strays;
    this.thread = engine.newThread(this, name, () -> runBody(body));
  }

  /**
   * Called by the JDK, from anywhere; see {@link FiberScheduler#ready} for what that forbids. A
   * virtual thread has one continuation for life, and the first one to come is our own, submitted
   * by {@link Thread#start}. Any other belongs to a virtual thread which our code started and which
   * inherited us as its scheduler.
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

  @Override
  void launch() {
    thread.start();
  }

  @Override
  void slice() {
    Runnable own = continuation;
    if (own != null) {
      if (watched && firstResumption.isEmpty()) {
        firstResumption = List.of(thread.getStackTrace()); // queues us once more, harmlessly
      }
      own.run(); // does nothing if the thread is not runnable
    }
  }

  @Override
  public void watchResumption(boolean watched) {
    if (watched && !this.watched) {
      firstResumption = List.of();
    }
    this.watched = watched;
  }

  @Override
  public List<StackTraceElement> firstResumption() {
    return firstResumption;
  }

  @Override
  public void yieldNow() {
    Thread.yield();
  }

  @Override
  public void park() {
    LockSupport.park(this);
  }

  @Override
  public void unpark() {
    LockSupport.unpark(thread);
  }

  @Override
  public void beginBlocking() {
    // the JDK's wait unmounts the thread by itself
  }

  @Override
  public void endBlocking() {
    // and mounts it again on its lane
  }

  @Override
  public boolean moveTo(FiberScheduler target) {
    FiberScheduler origin = home();
    long slicesBefore = slices();
    home(target);
    Thread.yield();
    if (slices() != slicesBefore) {
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
  boolean isRunning() {
    return thread.getState() == Thread.State.RUNNABLE;
  }

  private void runBody(Runnable body) {
    try {
      body.run();
    } finally {
      done();
    }
  }
}
