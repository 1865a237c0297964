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
 * One task of a scheduler: a greenlet for each of its runs. Thread-safe from {@link #begin} on; the
 * makers before that belong to who makes it.
 */
final class HubTask implements Disposable {
  private final Runnable body;
  private final HubScheduler scheduler;
  private final Disposable.Composite siblings;
  private Turns turns = Start::begin;
  private Duration delay = Duration.ZERO;
  private long periodNanos;
  private long dueNanos;
  private volatile boolean over;
  private volatile @Nullable GreenletTask<?> greenlet; // which waits for its time, or runs

  /** Starts a run. */
  @FunctionalInterface
  interface Start {
    /** Returns whether the run has begun, so that its end will be told. */
    boolean begin();
  }

  /** Lets runs begin when it is their turn. */
  @FunctionalInterface
  interface Turns {
    void whenFree(Start start);

    default void ended() {}
  }

  HubTask(Runnable body, HubScheduler scheduler, Disposable.Composite siblings) {
    this.body = Schedulers.onSchedule(body);
    this.scheduler = scheduler;
    this.siblings = siblings;
  }

  HubTask takingTurns(Turns turns) {
    this.turns = turns;
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
   * Begins, after its delay.
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
      follow(scheduler.spawnAfter(time, () -> turns.whenFree(this::run)));
    } else {
      turns.whenFree(this::run);
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
      running.onEnd(this::ranOnce);
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

  private void ranOnce() {
    try {
      if (periodNanos == 0) {
        end();
      } else if (!over) {
        dueNanos += periodNanos;
        await(Duration.ofNanos(dueNanos - System.nanoTime()));
      }
      turns.ended();
    } finally {
      scheduler.runEnded();
    }
  }

  private void end() {
    over = true;
    siblings.remove(this);
  }

  /** Kills the greenlet, unless it is the caller: who disposes its own task wants to finish it. */
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
