package dev.greenlet.spring.reactor;

import dev.greenlet.spring.reactor.HubTask.Start;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * A worker whose tasks run one after the other, each to its end, in the order in which they became
 * due. Thread-safe.
 */
final class HubWorker implements Scheduler.Worker, HubTask.RunQueue {
  private final HubScheduler scheduler;
  private final Disposable.Composite siblings;
  private final Disposable.Composite tasks = Disposables.composite();
  private final Queue<Start> queue = new ArrayDeque<>(); // guarded by itself
  private boolean busy; // guarded by the queue

  HubWorker(HubScheduler scheduler, Disposable.Composite siblings) {
    this.scheduler = scheduler;
    this.siblings = siblings;
    siblings.add(this); // disposes the worker if the siblings are disposed
  }

  @Override
  public Disposable schedule(Runnable task) {
    return begin(newTask(task));
  }

  @Override
  public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
    return begin(newTask(task).after(delay, unit));
  }

  @Override
  public Disposable schedulePeriodically(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return begin(newTask(task).after(initialDelay, unit).every(period, unit));
  }

  private HubTask newTask(Runnable task) {
    return new HubTask(task, scheduler, tasks).queuedIn(this);
  }

  private static Disposable begin(HubTask task) {
    task.begin();
    return task;
  }

  @Override
  public void submit(Start start) {
    synchronized (queue) {
      if (busy) {
        queue.add(start);
        return;
      }
      busy = true;
    }
    if (!start.begin()) {
      runEnded();
    }
  }

  @Override
  public void runEnded() {
    Start next = next();
    while (next != null && !next.begin()) {
      next = next();
    }
  }

  private @Nullable Start next() {
    synchronized (queue) {
      Start next = queue.poll();
      busy = next != null;
      return next;
    }
  }

  @Override
  public void dispose() {
    siblings.remove(this);
    tasks.dispose();
  }

  @Override
  public boolean isDisposed() {
    return tasks.isDisposed();
  }
}
