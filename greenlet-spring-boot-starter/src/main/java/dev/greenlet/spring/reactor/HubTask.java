package dev.greenlet.spring.reactor;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.scheduler.Schedulers;

/**
 * One task of a scheduler: a greenlet for each of its runs. Thread-safe from {@link #begin} on;
 * before that, it is confined to the thread that configures it.
 */
final class HubTask implements Disposable {
  private final Runnable body;
  private final HubScheduler scheduler;
  private final Disposable.Composite siblings;
  private RunQueue queue = Start::begin;
  private Duration delay = Duration.ZERO;
  private long periodNanos;
  private long dueNanos;
  private volatile boolean over;
  private volatile @Nullable GreenletTask<?> greenlet; // the one that is delayed or runs

  /** Starts a run. */
  @FunctionalInterface
  interface Start {
    /** Starts the run. Returns whether it has begun: then its end is reported to the queue. */
    boolean begin();
  }

  /** Starts runs, at once or one after the other. Thread-safe. */
  @FunctionalInterface
  interface RunQueue {
    void submit(Start start);

    default void runEnded() {}
  }

  HubTask(Runnable body, HubScheduler scheduler, Disposable.Composite siblings) {
    this.body = Schedulers.onSchedule(body);
    this.scheduler = scheduler;
    this.siblings = siblings;
  }

  HubTask queuedIn(RunQueue queue) {
    this.queue = queue;
    return this;
  }

  HubTask after(long delay, TimeUnit unit) {
    this.delay = Duration.of(Math.max(0, delay), unit.toChronoUnit());
    return this;
  }

  HubTask every(long period, TimeUnit unit) {
    this.periodNanos = Math.max(1, unit.toNanos(period));
    return this;
  }

  /**
   * Begins the task, after its delay.
   *
   * @throws java.util.concurrent.RejectedExecutionException if the scheduler or its siblings are
   *     disposed, or the runtime is closed
   */
  void begin() {
    if (scheduler.isDisposed() || !siblings.add(this)) {
      throw Exceptions.failWithRejected();
    }
    dueNanos = System.nanoTime() + delay.toNanos();
    try {
      await(delay);
    } catch (RuntimeException rejected) {
      end();
      throw rejected;
    }
  }

  private void await(Duration time) {
    if (time.isPositive()) {
      follow(scheduler.spawnAfter(time, () -> queue.submit(this::run)));
    } else {
      queue.submit(this::run);
    }
  }

  private boolean run() {
    if (over) {
      return false;
    }
    scheduler.runBegins();
    try {
      GreenletTask<?> running = scheduler.spawnAfter(Duration.ZERO, body);
      follow(running);
      running.onEnd(this::afterRun);
      return true;
    } catch (RuntimeException rejected) {
      scheduler.runEnded();
      throw rejected;
    }
  }

  private void follow(GreenletTask<?> next) {
    greenlet = next;
    if (over) {
      next.kill("its task was disposed");
    }
  }

  private void afterRun() {
    try {
      if (periodNanos == 0) {
        end();
      } else if (!over) {
        dueNanos += periodNanos;
        await(Duration.ofNanos(dueNanos - System.nanoTime()));
      }
      queue.runEnded();
    } finally {
      scheduler.runEnded();
    }
  }

  private void end() {
    over = true;
    siblings.remove(this);
  }

  /** Kills the greenlet, unless it is the caller: a task that disposes itself runs to its end. */
  @Override
  public void dispose() {
    end();
    GreenletTask<?> live = greenlet;
    if (live != null && live != Greenlets.currentOrNull()) {
      live.kill("its task was disposed");
    }
  }

  @Override
  public boolean isDisposed() {
    return over;
  }
}
