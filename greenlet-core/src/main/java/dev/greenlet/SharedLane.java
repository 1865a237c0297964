package dev.greenlet;

import dev.greenlet.engine.Fiber;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The lane of what has not opted in, or was offloaded: several carriers that steal work from each
 * other. Greenlets here run at once and need locks like any thread. On the portable engine it is
 * the JDK's own scheduler. Thread-safe.
 */
public final class SharedLane implements Lane {
  private final String name;
  private final AtomicInteger live = new AtomicInteger();
  private final Scheduler scheduler = new Scheduler();
  private final ForkJoinPool pool;
  private final RunLoop loop;

  SharedLane(String name, int carriers, TimeSource time) {
    this.name = name;
    this.pool = CarrierPool.create(name, carriers);
    this.loop = CarrierPool.bareLoop(name + "-loop", time);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int live() {
    return live.get();
  }

  void start() {
    CarrierPool.warmUp(pool);
    loop.start();
  }

  /**
   * Ends the carriers once they have nothing to do; what comes later runs in the {@link Afterlife}.
   */
  void stop() {
    pool.shutdown();
    loop.stop();
  }

  /** Runs something that is no greenlet of ours. Any thread; never throws. */
  void execute(Runnable item) {
    try {
      pool.execute(item);
    } catch (RejectedExecutionException closed) {
      Afterlife.execute(item);
    }
  }

  LaneScheduler scheduler() {
    return scheduler;
  }

  @Override
  public String toString() {
    return "shared lane '" + name + "'";
  }

  private final class Scheduler implements LaneScheduler {
    @Override
    public void ready(Fiber fiber) {
      try {
        pool.execute(new PooledSlice(fiber, this));
      } catch (RejectedExecutionException closed) {
        Afterlife.execute(fiber, this);
      }
    }

    @Override
    public boolean exclusive() {
      return false;
    }

    @Override
    public Lane lane() {
      return SharedLane.this;
    }

    @Override
    public Timers timers() {
      return loop;
    }

    @Override
    public RunLoop channels() {
      return loop;
    }

    @Override
    public Timers.Timer whenIdle(Runnable action) {
      action.run();
      return () -> {};
    }

    @Override
    public void countLive(int change) {
      live.addAndGet(change);
    }
  }
}
