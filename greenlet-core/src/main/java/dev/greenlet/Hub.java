package dev.greenlet;

import dev.greenlet.engine.Engine;
import dev.greenlet.engine.Fiber;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** How often the interest in a channel was registered or changed here. Its greenlets only. */
  long interestChanges() {
    return loop.interestChanges();
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
