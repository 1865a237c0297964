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
 * Finds circles at one pool: all its connections are lent, and every holder waits for another one,
 * or for a greenlet that does.
 *
 * <p>Looks every {@link #PERIOD} while a borrower that goes ahead waits, for a holder may begin its
 * wait at any time. A circle is what two looks in a row have seen: a holder that only passes
 * through a wait is seen in one of them.
 */
final class PoolDeadlockDetector {
  private static final Log logger = LogFactory.getLog(PoolDeadlockDetector.class);
  private static final Duration PERIOD = Duration.ofMillis(100);

  /** Times the watches of all pools. */
  static final ScheduledExecutorService TIMER = timer();

  private final PoolQueue queue;
  private final ScheduledExecutorService timer;
  private final Consumer<Shortage> onCircle;
  private final AtomicBoolean watching = new AtomicBoolean();
  private @Nullable Shortage last; // these are of the timer's thread
  private @Nullable Shortage reported;

  /**
   * Creates a watch.
   *
   * @param timer on whose thread it looks
   * @param onCircle called once for each circle, by a thread that must not wait
   */
  PoolDeadlockDetector(
      PoolQueue queue, ScheduledExecutorService timer, Consumer<Shortage> onCircle) {
    this.queue = queue;
    this.timer = timer;
    this.onCircle = onCircle;
  }

  private static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("greenlet-pool-circles").factory());
    timer.setKeepAliveTime(10, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    return timer;
  }

  /** Looks from now on, if there is anything to look at. Any thread. */
  void begin() {
    if (!queue.isShort() || !watching.compareAndSet(false, true)) {
      return;
    }
    boolean scheduled = false;
    try {
      timer.schedule(this::look, PERIOD.toNanos(), TimeUnit.NANOSECONDS);
      scheduled = true;
    } finally {
      if (!scheduled) {
        watching.set(false);
      }
    }
  }

  private void look() {
    try {
      Shortage now = queue.shortage();
      if (now == null || !now.lent().stream().allMatch(holder -> waits(holder, now))) {
        last = null;
      } else if (!now.equals(last)) {
        last = now;
      } else if (!now.equals(reported)) {
        reported = now;
        onCircle.accept(now);
      }
    } catch (RuntimeException failure) {
      logger.warn("A look for circles of borrowers failed; the next one follows", failure);
    } finally {
      watching.set(false);
      begin();
    }
  }

  /** Returns whether a holder can do nothing before a borrower has a connection. */
  private static boolean waits(Request holder, Shortage shortage) {
    Strand strand = holder.strand();
    GreenletTask<?> greenlet = strand.greenlet();
    return shortage.waiting().stream().anyMatch(each -> each.strand().equals(strand))
        || (greenlet != null
            && waitsForGreenlets(greenlet, strand.thread())
            && shortage.waiting().stream().anyMatch(each -> each.isAwaitedBy(holder)));
  }

  /**
   * Returns whether a greenlet waits for the end of another one, or in a wait of the JDK without a
   * description, as that of a future. On the portable engine a greenlet in such a wait counts as
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
