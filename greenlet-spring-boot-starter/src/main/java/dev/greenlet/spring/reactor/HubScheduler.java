package dev.greenlet.spring.reactor;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Lane;
import dev.greenlet.RuntimeClosedException;
import dev.greenlet.SpawnOptions;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * A Reactor scheduler on a lane: each task runs as a greenlet there, and may wait. On a hub no two
 * tasks run at once, but another one may begin while a task waits; the tasks of one worker run one
 * after the other, each to its end.
 *
 * <p>Disposing a task kills its greenlet at its next switch point, and never interrupts it. The
 * exception of a task is passed to the runtime's handler of unobserved failures. Disposing the
 * scheduler disposes its tasks and leaves the lane open. Graceful disposal lets running and queued
 * tasks end, and disposes delayed ones. A disposed scheduler cannot be started again.
 *
 * <p>Thread-safe; no method blocks.
 */
public final class HubScheduler implements Scheduler, Scannable {
  private final GreenletRuntime runtime;
  private final SpawnOptions options;
  private final Disposable.Composite tasks = Disposables.composite();
  private final AtomicInteger runs = new AtomicInteger(); // begun and not ended
  private final Sinks.Empty<Void> terminated = Sinks.empty();
  private volatile boolean closing;

  private HubScheduler(GreenletRuntime runtime, Lane lane) {
    this.runtime = runtime;
    this.options = SpawnOptions.named("reactor task").withKind("reactor").on(lane);
  }

  /**
   * Creates a scheduler.
   *
   * @param runtime the runtime that spawns the greenlets
   * @param lane a hub of the runtime, or its shared lane
   * @return a new scheduler
   */
  public static HubScheduler on(GreenletRuntime runtime, Lane lane) {
    return new HubScheduler(runtime, lane);
  }

  @Override
  public Disposable schedule(Runnable task) {
    return begin(new HubTask(task, this, tasks));
  }

  @Override
  public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
    return begin(new HubTask(task, this, tasks).after(delay, unit));
  }

  @Override
  public Disposable schedulePeriodically(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return begin(new HubTask(task, this, tasks).after(initialDelay, unit).every(period, unit));
  }

  private static Disposable begin(HubTask task) {
    task.begin();
    return task;
  }

  @Override
  public Worker createWorker() {
    return new HubWorker(this, tasks);
  }

  /**
   * Does nothing: a scheduler needs no start.
   *
   * @throws IllegalStateException if this scheduler is disposed
   */
  @Override
  public void init() {
    if (isDisposed()) {
      throw new IllegalStateException(this + " is disposed and cannot be started again");
    }
  }

  /** Disposes all tasks, and rejects new ones from now on. */
  @Override
  public void dispose() {
    closing = true;
    tasks.dispose();
    terminateIfIdle();
  }

  /**
   * Rejects new tasks from its subscription on, and disposes delayed ones as soon as no task runs.
   *
   * @return a Mono that completes, for each subscriber, when no task runs any more
   */
  @Override
  public Mono<Void> disposeGracefully() {
    return Mono.defer(
        () -> {
          closing = true;
          terminateIfIdle();
          return terminated.asMono();
        });
  }

  @Override
  public boolean isDisposed() {
    return closing;
  }

  void runBegins() {
    runs.incrementAndGet();
  }

  /** Counts a run that has ended. To be called after the next queued run, if any, has begun. */
  void runEnded() {
    runs.decrementAndGet();
    terminateIfIdle();
  }

  private void terminateIfIdle() {
    if (closing && runs.get() == 0) {
      tasks.dispose();
      terminated.tryEmitEmpty();
    }
  }

  GreenletTask<?> spawnAfter(Duration delay, Runnable body) {
    Callable<@Nullable Void> run =
        () -> {
          body.run();
          return null;
        };
    try {
      return delay.isPositive()
          ? runtime.spawnAfter(delay, options, run)
          : runtime.spawn(options, run);
    } catch (RuntimeClosedException closed) {
      throw Exceptions.failWithRejected(closed);
    }
  }

  @Override
  @SuppressWarnings("rawtypes") // as it is declared
  public @Nullable Object scanUnsafe(Attr key) {
    if (key == Attr.TERMINATED) {
      return terminated.scan(Attr.TERMINATED);
    }
    if (key == Attr.CANCELLED) {
      return isDisposed();
    }
    return key == Attr.NAME ? toString() : null;
  }

  @Override
  public String toString() {
    return "greenlets on " + options.lane();
  }
}
