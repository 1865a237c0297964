package dev.greenlet.spring.task;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.Greenlets;
import dev.greenlet.RuntimeClosedException;
import dev.greenlet.SpawnOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.support.PeriodicTrigger;
import org.springframework.scheduling.support.SimpleTriggerContext;
import org.springframework.scheduling.support.TaskUtils;
import org.springframework.util.ErrorHandler;

/**
 * Runs scheduled tasks as greenlets on the shared lane. A schedule is one greenlet that sleeps
 * between its executions, so that the tree shows it, and executions of one schedule never overlap.
 * It belongs to no other greenlet: one that a request starts goes on when the request has ended.
 * What an execution throws is logged, and the schedule goes on. To cancel a future is to kill the
 * greenlet.
 *
 * <p>Thread-safe. It owns nothing; schedules end with the runtime.
 */
public final class GreenletTaskScheduler implements TaskScheduler {
  /** The kind of the greenlets that are schedules. */
  public static final String KIND = "schedule";

  private final GreenletRuntime runtime;
  private final Clock clock;

  /**
   * Creates a scheduler.
   *
   * @param runtime where the greenlets live
   * @param clock what time it is
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
    Schedule schedule = new Schedule(task, trigger, clock);
    return schedule.isOver() ? null : start(schedule);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, Instant startTime) {
    return start(
        new Schedule(
            task, past -> past.lastScheduledExecution() == null ? startTime : null, clock));
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
        past -> past.lastScheduledExecution() == null ? startTime : trigger.nextExecution(past),
        clock);
  }

  private ScheduledFuture<?> start(Schedule schedule) {
    SpawnOptions options =
        SpawnOptions.named(schedule.task.toString()).withKind(KIND).on(runtime.sharedLane());
    try {
      return new GreenletSchedule(runtime.spawnDetached(options, schedule), schedule::delay);
    } catch (RuntimeClosedException closed) {
      throw new TaskRejectedException(String.valueOf(closed.getMessage()), closed);
    }
  }

  /** What the greenlet of a schedule runs. */
  private static final class Schedule implements java.util.concurrent.Callable<@Nullable Void> {
    private final Runnable task;
    private final Trigger trigger;
    private final Clock clock;
    private final SimpleTriggerContext past;
    private final ErrorHandler errors = TaskUtils.getDefaultErrorHandler(true);
    private volatile @Nullable Instant next;

    Schedule(Runnable task, Trigger trigger, Clock clock) {
      this.task = task;
      this.trigger = trigger;
      this.clock = clock;
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
        if (left.isPositive()) {
          Greenlets.sleep(left);
        } else {
          Greenlets
              .yieldNow(); // one that is late leaves its carrier to others, and ends if cancelled
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
        if (Greenlets.exit() != null) {
          throw failure; // the schedule was cancelled
        }
        errors.handleError(failure);
      }
      past.update(due, begun, clock.instant());
    }
  }
}
