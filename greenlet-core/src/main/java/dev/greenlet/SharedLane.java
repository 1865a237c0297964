package dev.greenlet;

import dev.greenlet.fiber.Fiber;
import dev.greenlet.loop.CarrierPool;
import dev.greenlet.loop.FallbackCarriers;
import dev.greenlet.loop.RunLoop;
import dev.greenlet.loop.Timers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A lane with several carriers that steal work from each other. Greenlets of this lane run in
 * parallel and need locks like any thread. On the portable engine it is the JDK's own scheduler. A
 * runtime has two: one for greenlets that have not opted in to a hub, and one for calls that were
 * {@linkplain Greenlets#offload offloaded}.
 *
 * <p>On the native engine a carrier is added whenever greenlets have been ready for 50 ms while no
 * slice ended, up to a bound, and the added carriers are removed after a minute without such a
 * moment.
 *
 * <p>Thread-safe: any thread may call each method.
 */
public final class SharedLane implements Lane {
  static final long NOT_STARVED = Long.MIN_VALUE;

  private final String name;
  private final AtomicInteger live = new AtomicInteger();
  private final Scheduler scheduler = new Scheduler();
  private final int minCarriers;
  private final int maxCarriers;
  private final List<CarrierPool.Carrier> carriers = new CopyOnWriteArrayList<>();
  private final ForkJoinPool pool;
  private final RunLoop loop;
  private volatile long starvedSince = NOT_STARVED;

  /**
   * Creates a lane.
   *
   * @param loop the timers and channels of the lane, which other lanes may use too
   */
  SharedLane(String name, int minCarriers, int maxCarriers, RunLoop loop) {
    this.name = name;
    this.minCarriers = minCarriers;
    this.maxCarriers = Math.max(minCarriers, maxCarriers);
    this.pool = CarrierPool.create(name, minCarriers, this.maxCarriers, carriers::add);
    this.loop = loop;
  }

  /**
   * Returns how many carriers run slices in parallel. On the portable engine greenlets run on the
   * carriers of the JDK, and those of this lane are idle.
   *
   * @return the number of carriers, between the configured minimum and {@link #maxCarriers}
   */
  public int carriers() {
    return pool.getParallelism();
  }

  /**
   * Returns how many carriers the lane may have at most.
   *
   * @return the maximum number of carriers
   */
  public int maxCarriers() {
    return maxCarriers;
  }

  /**
   * Returns how long greenlets of the lane have been ready while no slice ended and no carrier
   * could be added. Accurate to some ten milliseconds.
   *
   * @return the duration, zero unless the lane is starved
   */
  public Duration starved() {
    long since = starvedSince;
    return since == NOT_STARVED ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
  }

  /** Sets the time since which the lane is starved. The monitor's thread only. */
  void starvedSince(long nanoTime) {
    starvedSince = nanoTime;
  }

  /** Returns whether greenlets are ready and wait for a carrier. Any thread; may lag. */
  boolean hasReady() {
    return pool.hasQueuedSubmissions() || pool.getQueuedTaskCount() > 0;
  }

  /** Returns how many slices have ended. Any thread; may lag. */
  long slices() {
    long sum = 0;
    for (CarrierPool.Carrier carrier : carriers) {
      sum += carrier.slices();
    }
    return sum;
  }

  /** Adds a carrier, which starts a thread. Returns {@code false} if the bound is reached. */
  boolean addCarrier() {
    int present = pool.getParallelism();
    if (pool.getPoolSize() >= present) {
      if (present >= maxCarriers) {
        return false;
      }
      pool.setParallelism(present + 1);
    }
    CarrierMonitor.submitAfresh(name + "-supply", () -> execute(() -> {}));
    return true;
  }

  /** Removes the carriers that were added; each completes the slice that it runs first. */
  void removeAddedCarriers() {
    pool.setParallelism(minCarriers);
  }

  boolean hasAddedCarriers() {
    return pool.getParallelism() > minCarriers;
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
  }

  /**
   * Shuts the carriers down once they are idle; later items run on the {@link FallbackCarriers}.
   */
  void stop() {
    pool.shutdown();
  }

  /** Runs an item that is not a greenlet on a carrier. Any thread; never throws. */
  void execute(Runnable item) {
    try {
      pool.execute(item);
    } catch (RejectedExecutionException closed) {
      FallbackCarriers.execute(item);
    }
  }

  LaneScheduler scheduler() {
    return scheduler;
  }

  @Override
  public String toString() {
    return "lane '" + name + "'";
  }

  private final class Scheduler implements LaneScheduler {
    @Override
    public void ready(Fiber fiber) {
      try {
        CarrierPool.execute(pool, fiber, this);
      } catch (RejectedExecutionException closed) {
        FallbackCarriers.execute(fiber, this);
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
