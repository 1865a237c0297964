package dev.greenlet.spring.jdbc;

import dev.greenlet.Cancellation;
import dev.greenlet.net.HubSocket;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Ends one JDBC call of a greenlet that is killed or out of time, in two steps.
 *
 * <p>First it asks the database to cancel the call, again and again: a driver, and the database
 * behind it, forget a cancel that is quicker than the query it is meant for. A call that cleans up
 * is not cancelled.
 *
 * <p>When the patience is over, the database counts as silent. The connection is aborted and leaves
 * its pool. A driver's abort may wait for the same silent database, so the sockets in which the
 * call, the cancel and the abort wait are closed too, until the call has ended.
 *
 * <p>Everything that may wait runs on virtual threads of its own, on no carrier of a hub.
 */
final class CallCancellation implements Cancellation {
  private static final Log logger = LogFactory.getLog(CallCancellation.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration ROUND = Duration.ofMillis(50);

  private final JdbcCall call;
  private final CallTarget target;
  private final Duration patience;
  private final Thread caller = Thread.currentThread();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile String detail;
  private volatile boolean aborted;
  private boolean interrupted; // guarded by this

  /** For a call that the current thread is about to make. */
  CallCancellation(JdbcCall call, CallTarget target, Duration patience, String detail) {
    this.call = call;
    this.target = target;
    this.patience = patience;
    this.detail = detail;
  }

  void refine(String better) {
    detail = better;
  }

  /** Does what {@link #cancel} does on a thread of its own. The caller of JDBC. */
  void begin() {
    start(
        "greenlet-jdbc-patience",
        () -> {
          try {
            cancel();
          } catch (InterruptedException ignored) {
            // this thread ends with that
          }
        });
  }

  /** Returns when the call and its cancel are over. */
  @Override
  public void cancel() throws InterruptedException {
    Thread canceller =
        switch (call) {
          case WAIT -> start("greenlet-jdbc-cancel", this::cancelUntilOver);
          case CLEAN_UP -> null;
        };
    if (!awaitEnd(canceller, patience)) {
      abort(canceller);
    }
  }

  private void cancelUntilOver() {
    Duration pause = FIRST_PAUSE;
    try {
      do {
        cancelOnce();
        pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
      } while (!over.await(pause.toNanos(), TimeUnit.NANOSECONDS) && !aborted);
    } catch (InterruptedException aborting) {
      // the connection is given up
    }
  }

  private void cancelOnce() {
    try {
      target.cancel();
    } catch (SQLException | RuntimeException | Error failure) {
      logger.debug("The cancel of '%s' failed and is repeated".formatted(detail), failure);
    }
  }

  /** Waits for the end of the call and of what cancels it, which might hit a later call else. */
  private boolean awaitEnd(@Nullable Thread canceller, Duration limit) throws InterruptedException {
    long nanos = TimeUnit.NANOSECONDS.convert(limit); // at most, if it is longer
    long due = System.nanoTime() + nanos;
    return over.await(nanos, TimeUnit.NANOSECONDS)
        && (canceller == null || canceller.join(Duration.ofNanos(due - System.nanoTime())));
  }

  private void abort(@Nullable Thread canceller) throws InterruptedException {
    aborted = true;
    logger.warn(
        "JDBC call '%s' still waits %d ms after its greenlet was cancelled: its connection is aborted"
            .formatted(detail, patience.toMillis()));
    Thread aborter = start("greenlet-jdbc-abort", this::abortConnection);
    while (!awaitEnd(canceller, ROUND)) {
      releaseCaller();
      release(canceller);
      release(aborter);
    }
    release(aborter);
  }

  private void abortConnection() {
    try {
      target.abort();
    } catch (SQLException | RuntimeException | Error failure) {
      logger.debug("The connection of '%s' could not be aborted".formatted(detail), failure);
    }
  }

  private synchronized void releaseCaller() {
    if (over.getCount() > 0) {
      interrupted = true;
      release(caller);
    }
  }

  /** Closes the socket in which a thread waits: a hub's, or one of the JDK by an interrupt. */
  private static void release(@Nullable Thread waiting) {
    if (waiting == null) {
      return;
    }
    try {
      HubSocket.closeAwaitedBy(waiting);
    } catch (IOException failure) {
      logger.debug("A socket could not be closed", failure);
    }
    waiting.interrupt();
  }

  /** The call has returned or failed. The caller; before its switch point is closed. */
  synchronized void over() {
    over.countDown();
    if (interrupted) {
      Thread.interrupted();
    }
  }

  /** Whether the connection was given up before the call was over. The caller, after that. */
  boolean hasAborted() {
    return aborted;
  }

  private static Thread start(String name, Runnable task) {
    return Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).start(task);
  }
}
