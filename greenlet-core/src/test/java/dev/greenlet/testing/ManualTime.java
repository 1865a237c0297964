package dev.greenlet.testing;

import dev.greenlet.schedule.TimeSource;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Time that passes when the test says so. */
public final class ManualTime implements TimeSource {
  private final AtomicLong now = new AtomicLong();
  private final ThreadLocal<Long> lastRead = ThreadLocal.withInitial(() -> 0L);
  private final Set<Thread> parked = ConcurrentHashMap.newKeySet();
  private volatile Runnable reading = () -> {};

  @Override
  public long nanoTime() {
    reading.run();
    long read = now.get();
    lastRead.set(read);
    return read;
  }

  @Override
  public void park(long nanos) {
    long decidedAt = lastRead.get();
    parked.add(Thread.currentThread());
    if (decidedAt == nanoTime()) { // else it was advanced before we were seen
      LockSupport.park(this);
    }
    parked.remove(Thread.currentThread());
  }

  /** What is done by whoever looks at the clock, before the look. */
  public void onRead(Runnable action) {
    reading = action;
  }

  /** Lets time pass and wakes every carrier, so that it looks at its timers. */
  public void advance(Duration by) {
    now.addAndGet(by.toNanos());
    parked.forEach(LockSupport::unpark);
  }
}
