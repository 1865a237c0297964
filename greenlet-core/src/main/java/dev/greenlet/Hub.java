package dev.greenlet;

import dev.greenlet.fiber.Engine;
import dev.greenlet.fiber.Fiber;
import dev.greenlet.loop.RunLoop;
import dev.greenlet.loop.Timers;
import dev.greenlet.schedule.ReadyOrder;
import dev.greenlet.schedule.TimeSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive lane: a ready queue, timers, and one carrier thread. Between two switch points of a
 * greenlet no other greenlet of the hub runs, so state that only greenlets of one hub access needs
 * no lock between two switch points. It corresponds to the event loop of gevent, which has the same
 * name there.
 *
 * <p>A <em>slice</em> is the run of one greenlet from one switch point to the next. Memory effects:
 * each slice of a hub <i>happens-before</i> the next slice of the hub, of any greenlet, and so
 * before all later ones. The order does not hold for code that runs without exclusivity: after a
 * wait of the JDK that has {@linkplain #withoutExclusivity lent} the hub, up to the next switch
 * point, and after the close of the runtime.
 *
 * <p>Thread-safe: any thread may call any method, and none waits. Counters may lag behind. Hubs are
 * made by a {@link GreenletRuntime} and end with it.
 */
public final class Hub implements Lane {

  /** The states of a hub. */
  public enum State {
    /** No greenlet is running, and none is ready. */
    IDLE,
    /** A greenlet is running. */
    RUNNING,
    /** The runtime was closed. The remaining greenlets run elsewhere, without exclusivity. */
    CLOSED
  }

  private final String name;
  private final Scheduler scheduler = new Scheduler();
  private final AtomicInteger live = new AtomicInteger();
  private final RunLoop loop;
  private final AtomicLong lent = new AtomicLong();
  private final AtomicLong withoutExclusivity = new AtomicLong();

  Hub(String name, Engine engine, TimeSource time, ReadyOrder<Fiber> order) {
    this.name = name;
    this.loop = new RunLoop(name, scheduler, time, order, engine::newCarrier);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int live() {
    return live.get();
  }

  /**
   * Returns the number of greenlets that are ready to run and wait for their slice. May lag.
   *
   * @return the number of greenlets
   */
  public int ready() {
    return loop.readyCount();
  }

  /**
   * Returns the number of slices that the hub has run.
   *
   * @return the number of slices
   */
  public long switches() {
    return loop.switches();
  }

  /**
   * Returns the state of the hub. It may change at any moment.
   *
   * @return the state
   */
  public State state() {
    if (loop.isTerminated()) {
      return State.CLOSED;
    }
    return loop.current() == null ? State.IDLE : State.RUNNING;
  }

  /**
   * Returns the slice that is running, so that a watchdog can check later whether it still runs.
   *
   * @return the slice, or {@code null} if none is running
   */
  public @Nullable Slice slice() {
    long number = loop.entries(); // read first: after a switch in between the slice is over
    Fiber running = loop.current();
    return running == null ? null : new Slice(loop, running, number);
  }

  /**
   * Returns the number of threads of the hub: the one that runs its greenlets and, on the native
   * engine, one for each greenlet that is pinned, waits, and has lent the hub to the others. May
   * lag.
   *
   * @return the number, at least 1
   */
  public int carriers() {
    return loop.carriers();
  }

  /**
   * Returns how often the hub was lent: a greenlet waited without giving the hub up, and the others
   * ran meanwhile. May lag.
   *
   * @return a number that never decreases
   */
  public long lent() {
    return lent.get();
  }

  /**
   * Returns how often the code after a wait that had {@linkplain #lent lent} the hub ran beside
   * other greenlets of the hub, up to its next switch point. May lag.
   *
   * @return a number that never decreases, and is included in {@link #lent}
   */
  public long withoutExclusivity() {
    return withoutExclusivity.get();
  }

  /**
   * Returns how often the interest in a channel was registered or changed here. Called by greenlets
   * of the hub only.
   */
  long interestChanges() {
    return loop.interestChanges();
  }

  /** Returns the fiber of the running slice, or {@code null} if none is running. Any thread. */
  @Nullable Fiber running() {
    return loop.current();
  }

  Thread carrier() {
    return loop.carrier();
  }

  /** Counts that the hub was lent. Called by the monitor's thread only. */
  void countLent(boolean withoutExclusivity) {
    lent.incrementAndGet();
    if (withoutExclusivity) {
      this.withoutExclusivity.incrementAndGet();
    }
  }

  void start() {
    loop.start();
  }

  void stop() {
    loop.stop();
  }

  LaneScheduler scheduler() {
    return scheduler;
  }

  @Override
  public String toString() {
    return "hub '" + name + "'";
  }

  private final class Scheduler implements LaneScheduler {
    @Override
    public void ready(Fiber fiber) {
      loop.ready(fiber);
    }

    @Override
    public boolean exclusive() {
      return true;
    }

    @Override
    public boolean isHeldBy(Fiber fiber) {
      return loop.isHeldBy(fiber);
    }

    @Override
    public void reclaim(Fiber fiber) {
      loop.reclaim(fiber);
    }

    @Override
    public boolean replaceCarrier(Fiber fiber, BooleanSupplier stillWaits) {
      return loop.replaceCarrier(fiber, stillWaits);
    }

    @Override
    public Lane lane() {
      return Hub.this;
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
      return loop.whenIdle(action);
    }

    @Override
    public void countLive(int change) {
      live.addAndGet(change);
    }
  }
}
