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
 * Cancels one JDBC call of a greenlet that is killed or whose deadline has expired, in two steps.
 *
 * <p>First it requests the database to cancel the call, repeatedly: drivers and databases drop a
 * cancel that arrives before the query it is meant for. A call that cleans up is not cancelled.
 *
 * <p>After the cancel patience the database counts as silent. The connection is aborted and leaves
 * its pool. The abort of a driver may wait for the same silent database, so the sockets on which
 * the call, the cancel and the abort wait are closed too, until the call has ended.
 *
 * <p>Everything that may block runs on separate virtual threads, and on no carrier of a hub.
 * Thread-safe.
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
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile String detail;
  private volatile boolean aborted;
  private boolean interrupted; // guarded by this

  /** Creates the cancellation of a call that the current thread is about to make. */
  CallCancellation(JdbcCall call, CallTarget target, Duration patience, String detail) {
    this.call = call;
    this.target = target;
    this.patience = patience;
    this.detail = detail;
  }

  void refine(String better) {
    detail = better;
  }

  /** Runs {@link #cancel} on a separate thread. Called by the thread that makes the call. */
  void cancelInBackground() {
    start(
        "greenlet-jdbc-patience",
        () -> {
          try {
            cancel();
          } catch (InterruptedException ignored) {
            // then this thread ends
          }
        });
  }

  /** Cancels the call; returns when the call and its cancel have ended. */
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
      } while (!ended.await(pause.toNanos(), TimeUnit.NANOSECONDS) && !aborted);
    } catch (InterruptedException aborting) {
      // the connection is aborted
    }
  }

  private void cancelOnce() {
    try {
      target.cancel();
    } catch (SQLException | RuntimeException | Error failure) {
      logger.debug("Could not cancel '%s'; the cancel is repeated".formatted(detail), failure);
    }
  }

  /** Waits for the end of the call and of its canceller, which might otherwise hit a later call. */
  private boolean awaitEnd(@Nullable Thread canceller, Duration limit) throws InterruptedException {
    long nanos = TimeUnit.NANOSECONDS.convert(limit); // saturates at the largest value
    long due = System.nanoTime() + nanos;
    return ended.await(nanos, TimeUnit.NANOSECONDS)
        && (canceller == null || canceller.join(Duration.ofNanos(due - System.nanoTime())));
  }

  private void abort(@Nullable Thread canceller) throws InterruptedException {
    aborted = true;
    logger.warn(
        "JDBC call '%s' did not end within %d ms after its cancellation: its connection is aborted"
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
      logger.debug("Could not abort the connection of '%s'".formatted(detail), failure);
    }
  }

  private synchronized void releaseCaller() {
    if (ended.getCount() > 0) {
      interrupted = true;
      release(caller);
    }
  }

  /**
   * Closes the socket on which a thread waits: a hub socket directly, a socket of the JDK by an
   * interrupt.
   */
  private static void release(@Nullable Thread waiting) {
    if (waiting == null) {
      return;
    }
    try {
      HubSocket.closeAwaitedBy(waiting);
    } catch (IOException failure) {
      logger.debug("Could not close a socket", failure);
    }
    waiting.interrupt();
  }

  /**
   * Notes that the call has returned or failed. Called by the thread that made it, before its
   * switch point is closed.
   */
  synchronized void callEnded() {
    ended.countDown();
    if (interrupted) {
      Thread.interrupted();
    }
  }

  /**
   * Returns whether the connection was aborted before the call ended. Called by the thread that
   * made it, afterwards.
   */
  boolean isAborted() {
    return aborted;
  }

  private static Thread start(String name, Runnable task) {
    return Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).start(task);
  }
}
