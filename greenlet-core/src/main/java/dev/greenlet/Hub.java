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
 * The exclusive lane: a ready queue, timers, and one carrier thread. Between two switch points of
 * one of its greenlets no other greenlet of the hub runs, so what only they touch needs no lock.
 * The event loop of gevent, which has the same name there.
 *
 * <p>Thread-safe. Hubs are made by a {@link GreenletRuntime} and end with it.
 */
public final class Hub implements Lane {

  /** What a hub is doing. */
  public enum State {
    /** Nothing is ready. */
    IDLE,
    /** A greenlet is running. */
    RUNNING,
    /** The runtime was closed; what is left runs elsewhere, without exclusivity. */
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
   * How many greenlets are ready to run and wait for their slice. May lag.
   *
   * @return the number of greenlets
   */
  public int ready() {
    return loop.readyCount();
  }

  /**
   * How many slices the hub has run.
   *
   * @return the number of slices
   */
  public long switches() {
    return loop.switches();
  }

  /**
   * What the hub is doing. Outdated at once.
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
   * The slice that runs now, for a watcher that asks again later whether it still does. Any thread.
   *
   * @return the slice, or {@code null} when none runs
   */
  public @Nullable Slice slice() {
    long number = loop.entries(); // first: a switch meanwhile makes a slice that is over at once
    Fiber running = loop.current();
    return running == null ? null : new Slice(loop, running, number);
  }

  /**
   * Returns how many threads the hub has: the one that runs its greenlets and, on the native
   * engine, one for each greenlet that is pinned, waits, and has lent the hub to the others. Any
   * thread; may lag.
   *
   * @return at least 1
   */
  public int carriers() {
    return loop.carriers();
  }

  /**
   * Returns how often the hub was lent: a greenlet waited without giving it up, and the others ran
   * meanwhile. Any thread; may lag.
   *
   * @return a number that only grows
   */
  public long lent() {
    return lent.get();
  }

  /**
   * Returns how often the code after a wait that had {@linkplain #lent lent} the hub ran beside
   * other greenlets of the hub, up to its next switch point. Any thread; may lag.
   *
   * @return a number that only grows, and is included in {@link #lent}
   */
  public long withoutExclusivity() {
    return withoutExclusivity.get();
  }

  /** How often the interest in a channel was registered or changed here. Its greenlets only. */
  long interestChanges() {
    return loop.interestChanges();
  }

  /** The fiber of the running slice, or {@code null}. Any thread. */
  @Nullable Fiber running() {
    return loop.current();
  }

  Thread carrier() {
    return loop.carrier();
  }

  /** Counts that the hub was lent. The monitor's thread only. */
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
