package dev.greenlet.spring.task;

import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.RuntimeClosedException;
import dev.greenlet.SpawnOptions;
import dev.greenlet.sync.GreenletEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.support.PeriodicTrigger;
import org.springframework.scheduling.support.SimpleTriggerContext;
import org.springframework.scheduling.support.TaskUtils;
import org.springframework.util.ErrorHandler;

/**
 * A task scheduler that runs tasks as greenlets on the shared lane. A schedule is one greenlet that
 * waits between its executions, so that the tree shows it, and executions of one schedule never
 * overlap. It is not a child of another greenlet: a schedule that a request starts continues after
 * the request. An exception of an execution is logged, and the schedule continues. Cancelling a
 * future kills the greenlet.
 *
 * <p>From the first schedule until it is destroyed, the scheduler keeps the JVM running, as a
 * scheduler with platform threads does. When the application stops, schedules that wait for their
 * next execution are cancelled and new ones are rejected; executions in progress complete within
 * the budget of the stop.
 *
 * <p>Thread-safe. The methods that schedule do not block; they throw {@link TaskRejectedException}
 * after the stop, or if the runtime is closed.
 */
public final class GreenletTaskScheduler implements TaskScheduler, SmartLifecycle, DisposableBean {
  /** The kind of the greenlets that are schedules. */
  public static final String KIND = "schedule";

  private final GreenletRuntime runtime;
  private final Clock clock;
  private final GreenletEvent stopped = new GreenletEvent("stop of the scheduler");
  private final KeepAlive keepAlive = new KeepAlive();
  private final Object gate = new Object(); // orders new schedules and the stop

  /**
   * Creates a scheduler.
   *
   * @param runtime the runtime of the greenlets
   * @param clock the clock of start times and triggers
   */
  public GreenletTaskScheduler(GreenletRuntime runtime, Clock clock) {
    this.runtime = runtime;
    this.clock = clock;
  }

  @Override
  public Clock getClock() {
    return clock;
  }

  @Override
  public @Nullable ScheduledFuture<?> schedule(Runnable task, Trigger trigger) {
    Schedule schedule = new Schedule(task, trigger);
    return schedule.isOver() ? null : start(schedule);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, Instant startTime) {
    return start(
        new Schedule(task, past -> past.lastScheduledExecution() == null ? startTime : null));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, Instant startTime, Duration period) {
    return start(periodic(task, startTime, period, true));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, Duration period) {
    return scheduleAtFixedRate(task, clock.instant(), period);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, Instant startTime, Duration delay) {
    return start(periodic(task, startTime, delay, false));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, Duration delay) {
    return scheduleWithFixedDelay(task, clock.instant(), delay);
  }

  private Schedule periodic(Runnable task, Instant startTime, Duration period, boolean fixedRate) {
    PeriodicTrigger trigger = new PeriodicTrigger(period);
    trigger.setFixedRate(fixedRate);
    return new Schedule(
        task,
        past -> past.lastScheduledExecution() == null ? startTime : trigger.nextExecution(past));
  }

  private ScheduledFuture<?> start(Schedule schedule) {
    SpawnOptions options =
        SpawnOptions.named(schedule.task.toString()).withKind(KIND).on(runtime.sharedLane());
    synchronized (gate) {
      if (stopped.isSet()) {
        throw new TaskRejectedException(
            "The scheduler has stopped and does not accept '%s': schedule it before the stop"
                .formatted(schedule.task));
      }
      keepAlive.begin();
      return new GreenletSchedule(spawn(options, schedule), schedule::delay);
    }
  }

  private GreenletTask<@Nullable Void> spawn(SpawnOptions options, Schedule schedule) {
    try {
      return runtime.spawnRoot(options, schedule);
    } catch (RuntimeClosedException closed) {
      throw new TaskRejectedException(String.valueOf(closed.getMessage()), closed);
    }
  }

  /** Accepts schedules again after a stop. */
  @Override
  public void start() {
    stopped.clear();
  }

  /** Cancels the schedules that wait. Does not wait for executions in progress. */
  @Override
  public void stop() {
    synchronized (gate) {
      stopped.set();
    }
  }

  @Override
  public boolean isRunning() {
    return !stopped.isSet();
  }

  /** A paused context keeps its schedules. */
  @Override
  public boolean isPauseable() {
    return false;
  }

  /** Stops, and no longer keeps the JVM running. */
  @Override
  public void destroy() {
    stop();
    keepAlive.close();
  }

  /** The body of the greenlet of a schedule. */
  private final class Schedule implements Callable<@Nullable Void> {
    private final Runnable task;
    private final Trigger trigger;
    private final SimpleTriggerContext past;
    private final ErrorHandler errors = TaskUtils.getDefaultErrorHandler(true);
    private volatile @Nullable Instant next;

    Schedule(Runnable task, Trigger trigger) {
      this.task = task;
      this.trigger = trigger;
      this.past = new SimpleTriggerContext(clock);
      this.next = trigger.nextExecution(past);
    }

    boolean isOver() {
      return next == null;
    }

    Duration delay() {
      return Duration.between(clock.instant(), Objects.requireNonNullElse(next, Instant.MIN));
    }

    @Override
    public @Nullable Void call() throws InterruptedException {
      for (Instant due = next; due != null; due = next) {
        Duration left = Duration.between(clock.instant(), due);
        if (left.isPositive() ? stopped.await(left) : stopped.isSet()) {
          throw new GreenletExit("the scheduler stops", null);
        }
        if (!left.isPositive()) {
          Greenlets.yieldNow(); // gives up its carrier, and ends if it was cancelled
        }
        execute(due);
        next = trigger.nextExecution(past);
      }
      return null;
    }

    private void execute(Instant due) {
      Instant begun = clock.instant();
      try {
        task.run();
      } catch (RuntimeException failure) {
        if (Greenlets.deliveredKill() != null) {
          throw failure; // the schedule was cancelled
        }
        errors.handleError(failure);
      }
      past.update(due, begun, clock.instant());
    }
  }
}
