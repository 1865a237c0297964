package dev.greenlet.spring.jdbc;

import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import dev.greenlet.Strand;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.jdbc.PoolQueue.Request;
import dev.greenlet.spring.jdbc.PoolQueue.Shortage;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Detects deadlocks at one pool: all its connections are lent, and each holder waits for another
 * connection, or for a greenlet that does.
 *
 * <p>Checks every {@link #PERIOD} while a borrower that goes ahead waits, as a holder may begin its
 * wait at any time. A deadlock is a state that two checks in a row have found: a holder that waits
 * only briefly is found by one of them. Thread-safe.
 */
final class PoolDeadlockDetector {
  private static final Log logger = LogFactory.getLog(PoolDeadlockDetector.class);
  private static final Duration PERIOD = Duration.ofMillis(100);

  /** Runs the checks of all pools. */
  static final ScheduledExecutorService TIMER = timer();

  private final PoolQueue queue;
  private final ScheduledExecutorService timer;
  private final Consumer<Shortage> onDeadlock;
  private final AtomicBoolean watching = new AtomicBoolean();
  private @Nullable Shortage last; // confined to the thread of the timer, as is the next one
  private @Nullable Shortage reported;

  /**
   * Creates a detector.
   *
   * @param timer runs the checks
   * @param onDeadlock called once for each deadlock, on the thread of the timer; must not block
   */
  PoolDeadlockDetector(
      PoolQueue queue, ScheduledExecutorService timer, Consumer<Shortage> onDeadlock) {
    this.queue = queue;
    this.timer = timer;
    this.onDeadlock = onDeadlock;
  }

  private static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("greenlet-pool-deadlocks").factory());
    timer.setKeepAliveTime(10, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    return timer;
  }

  /** Starts the checks, if a borrower that goes ahead waits. Any thread; does not block. */
  void begin() {
    if (!queue.hasWaiterAhead() || !watching.compareAndSet(false, true)) {
      return;
    }
    boolean scheduled = false;
    try {
      timer.schedule(this::check, PERIOD.toNanos(), TimeUnit.NANOSECONDS);
      scheduled = true;
    } finally {
      if (!scheduled) {
        watching.set(false);
      }
    }
  }

  private void check() {
    try {
      Shortage now = queue.shortage();
      if (now == null || !now.lent().stream().allMatch(holder -> isBlocked(holder, now))) {
        last = null;
      } else if (!now.equals(last)) {
        last = now;
      } else if (!now.equals(reported)) {
        reported = now;
        onDeadlock.accept(now);
      }
    } catch (RuntimeException failure) {
      logger.warn("A check for pool deadlocks failed and is repeated", failure);
    } finally {
      watching.set(false);
      begin();
    }
  }

  /** Returns whether a holder cannot continue before a borrower has a connection. */
  private static boolean isBlocked(Request holder, Shortage shortage) {
    Strand strand = holder.strand();
    GreenletTask<?> greenlet = strand.greenlet();
    return shortage.waiting().stream().anyMatch(each -> each.strand().equals(strand))
        || (greenlet != null
            && waitsForGreenlets(greenlet, strand.thread())
            && shortage.waiting().stream().anyMatch(each -> each.isAwaitedBy(holder)));
  }

  /**
   * Returns whether a greenlet waits for the end of another one, or in a wait of the JDK without a
   * reason, such as that for a future. On the portable engine a greenlet in such a wait counts as
   * running.
   */
  private static boolean waitsForGreenlets(GreenletTask<?> greenlet, Thread thread) {
    WaitReason reason = greenlet.waitingOn();
    return reason == null
        ? greenlet.greenletState() != GreenletState.READY
            && thread.getState() == Thread.State.WAITING
        : reason.kind().equals(WaitReason.JOIN);
  }
}
