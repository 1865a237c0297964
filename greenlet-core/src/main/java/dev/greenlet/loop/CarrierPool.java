package dev.greenlet.loop;

import dev.greenlet.fiber.Fiber;
import dev.greenlet.fiber.FiberScheduler;
import dev.greenlet.schedule.ReadyOrder;
import dev.greenlet.schedule.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Work-stealing pools whose threads may carry virtual threads that are not the JDK's own to
 * schedule. The JDK's own pool will not do: on its {@code CarrierThread}s a yielding virtual thread
 * goes back to that pool, whatever its scheduler says.
 */
public final class CarrierPool {
  private static final long KEEP_ALIVE_DAYS = 365;

  private CarrierPool() {}

  static ForkJoinPool create(String name, int carriers) {
    return create(name, carriers, carriers, carrier -> {});
  }

  /**
   * Creates a pool that {@link ForkJoinPool#setParallelism} may enlarge.
   *
   * @param name the prefix of the names of its threads
   * @param carriers the number of carriers at first
   * @param maxCarriers the greatest number of carriers
   * @param created called with each carrier, before it starts
   * @return a new pool
   */
  public static ForkJoinPool create(
      String name, int carriers, int maxCarriers, Consumer<Carrier> created) {
    AtomicInteger number = new AtomicInteger();
    return new ForkJoinPool(
        carriers,
        pool -> {
          Carrier carrier = new Carrier(pool, name + "-" + number.getAndIncrement());
          created.accept(carrier);
          return carrier;
        },
        null,
        true,
        carriers,
        maxCarriers,
        0,
        anyPool -> true,
        KEEP_ALIVE_DAYS,
        TimeUnit.DAYS);
  }

  /**
   * Queues a fiber for one slice. Any thread.
   *
   * @param pool a pool of carriers
   * @param fiber the fiber
   * @param lane the lane whose carriers the pool has
   * @throws java.util.concurrent.RejectedExecutionException if the pool is shut down
   */
  public static void execute(ForkJoinPool pool, Fiber fiber, FiberScheduler lane) {
    pool.execute(new PooledSlice(fiber, lane));
  }

  /**
   * Starts all threads of a pool, so that no thread that wakes a greenlet has to start one.
   *
   * @param pool a new pool of carriers
   */
  public static void warmUp(ForkJoinPool pool) {
    CountDownLatch allHere = new CountDownLatch(pool.getParallelism());
    for (int i = 0; i < pool.getParallelism(); i++) {
      pool.execute(
          () -> {
            allHere.countDown();
            awaitUninterruptibly(allHere);
          });
    }
    awaitUninterruptibly(allHere);
  }

  /**
   * Creates a loop that has timers and channels and no fibers.
   *
   * @param name the name of its thread
   * @param time the clock
   * @return a loop, to be started
   */
  public static RunLoop bareLoop(String name, TimeSource time) {
    return new RunLoop(
        name,
        NoFibers.INSTANCE,
        time,
        ReadyOrder.fifo().create(),
        (threadName, loop) -> Thread.ofPlatform().daemon().name(threadName).unstarted(loop));
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A thread of a pool, which counts the slices that it has ended. */
  public static final class Carrier extends ForkJoinWorkerThread {
    private static final VarHandle SLICES;

    static {
      try {
        SLICES = MethodHandles.lookup().findVarHandle(Carrier.class, "slices", long.class);
      } catch (ReflectiveOperationException failure) {
        throw new ExceptionInInitializerError(failure);
      }
    }

    private volatile long slices;

    Carrier(ForkJoinPool pool, String name) {
      super(pool);
      setName(name);
      setDaemon(true);
    }

    /** Counts a slice. The carrier itself, after each; a release write, for others only compare. */
    void countSlice() {
      SLICES.setRelease(this, slices + 1);
    }

    /**
     * Returns how many slices have ended on the carrier. Any thread; may lag.
     *
     * @return a number that only grows
     */
    public long slices() {
      return slices;
    }
  }

  private enum NoFibers implements FiberScheduler {
    INSTANCE;

    @Override
    public void ready(Fiber fiber) {
      FallbackCarriers.execute(fiber, this);
    }

    @Override
    public boolean exclusive() {
      return false;
    }
  }
}
