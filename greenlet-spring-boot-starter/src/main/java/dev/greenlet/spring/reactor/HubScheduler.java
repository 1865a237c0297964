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
 * A lane as a Reactor scheduler: each task is a greenlet there, and may wait. On a hub no two run
 * at once, but one that waits lets the next one begin; the tasks of one worker run one after the
 * other, whole.
 *
 * <p>A task that is disposed is killed, at its next switch point, and never interrupted. What a
 * task throws goes to the runtime's handler of failures that nobody observed. Disposing the
 * scheduler disposes its tasks and leaves the lane alone; disposing it gracefully lets those end
 * that run or wait for their turn, and disposes those that wait for their time. It cannot be
 * started again.
 *
 * <p>Thread-safe.
 */
public final class HubScheduler implements Scheduler, Scannable {
  private final GreenletRuntime runtime;
  private final SpawnOptions options;
  private final Disposable.Composite tasks = Disposables.composite();
  private final AtomicInteger runs = new AtomicInteger(); // that have begun and not ended
  private final Sinks.Empty<Void> quiet = Sinks.empty();
  private volatile boolean closing;

  private HubScheduler(GreenletRuntime runtime, Lane lane) {
    this.runtime = runtime;
    this.options = SpawnOptions.named("reactor task").withKind("reactor").on(lane);
  }

  /**
   * A scheduler.
   *
   * @param runtime what spawns
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
   * Does nothing: there is nothing to start.
   *
   * @throws IllegalStateException if this scheduler is disposed
   */
  @Override
  public void init() {
    if (isDisposed()) {
      throw new IllegalStateException(this + " is disposed and cannot be started again");
    }
  }

  /** Disposes every task; new ones are refused. */
  @Override
  public void dispose() {
    closing = true;
    tasks.dispose();
    completeIfQuiet();
  }

  /**
   * From its subscription on new tasks are refused, and those that wait for their time are disposed
   * as soon as none runs.
   *
   * @return completes when no task runs any more, however many have asked
   */
  @Override
  public Mono<Void> disposeGracefully() {
    return Mono.defer(
        () -> {
          closing = true;
          completeIfQuiet();
          return quiet.asMono();
        });
  }

  @Override
  public boolean isDisposed() {
    return closing;
  }

  void runBegins() {
    runs.incrementAndGet();
  }

  /** To be called when the next in the queue, if any, has begun. */
  void runEnded() {
    runs.decrementAndGet();
    completeIfQuiet();
  }

  private void completeIfQuiet() {
    if (closing && runs.get() == 0) {
      tasks.dispose();
      quiet.tryEmitEmpty();
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
      return quiet.scan(Attr.TERMINATED);
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
