package dev.greenlet.spring.task;

import dev.greenlet.GreenletTask;
import java.time.Duration;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The future of a schedule: its greenlet, and the delay until its next execution. Thread-safe. */
record GreenletSchedule(GreenletTask<@Nullable Void> greenlet, Supplier<Duration> delay)
    implements ScheduledFuture<@Nullable Void> {

  @Override
  public long getDelay(TimeUnit unit) {
    return unit.convert(delay.get());
  }

  @Override
  public int compareTo(Delayed other) {
    return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return greenlet.cancel(mayInterruptIfRunning);
  }

  @Override
  public boolean isCancelled() {
    return greenlet.isCancelled();
  }

  @Override
  public boolean isDone() {
    return greenlet.isDone();
  }

  @Override
  public @Nullable Void get() throws InterruptedException, ExecutionException {
    return greenlet.get();
  }

  @Override
  public @Nullable Void get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    return greenlet.get(timeout, unit);
  }
}
