package dev.greenlet.raw;

import dev.greenlet.DeadlineExit;
import dev.greenlet.GreenletExit;
import dev.greenlet.SpawnContext;
import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The life cycle of a raw greenlet. Changed by the running greenlet of the tree, except that any
 * thread may close an unstarted one or set its context; read by any thread.
 */
final class RawLife {
  private static final VarHandle PHASE;

  static {
    try {
      PHASE = MethodHandles.lookup().findVarHandle(RawLife.class, "phase", Phase.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  enum Phase {
    UNSTARTED,
    ACTIVE,
    DEAD
  }

  private volatile Phase phase = Phase.UNSTARTED;
  private volatile @Nullable RawBody body; // released at the start
  private volatile SpawnContext.Captured context = SpawnContext.none().capture();
  private volatile @Nullable RawTree tree; // set at the start
  private volatile @Nullable RawGreenlet closer; // the parent while it is being closed
  private volatile boolean closed;

  RawLife(@Nullable RawBody body) {
    this.body = body;
  }

  /** Creates the life of a main greenlet. */
  RawLife(RawTree tree) {
    this.tree = tree;
    this.phase = Phase.ACTIVE;
  }

  Phase phase() {
    return phase;
  }

  @Nullable RawTree tree() {
    return tree;
  }

  /** Returns the tree of a greenlet that has started. */
  RawTree ownTree() {
    return Objects.requireNonNull(tree, "an unstarted greenlet belongs to no tree");
  }

  @Nullable RawBody body() {
    return body;
  }

  @Nullable RawGreenlet closer() {
    return closer;
  }

  boolean isClosed() {
    return closed;
  }

  /** Returns {@code false} if it has started. */
  boolean setContext(SpawnContext.Captured context) {
    if (phase != Phase.UNSTARTED) {
      return false;
    }
    this.context = context;
    return true;
  }

  /** Returns {@code false} if another thread has just closed it. */
  boolean begin(RawTree tree) {
    this.tree = tree;
    if (!PHASE.compareAndSet(this, Phase.UNSTARTED, Phase.ACTIVE)) {
      this.tree = null;
      return false;
    }
    body = null;
    return true;
  }

  /** Undoes a start for which no thread was available. */
  void undoBegin(RawBody found) {
    body = found;
    tree = null;
    phase = Phase.UNSTARTED;
  }

  /** Runs the body in its context. */
  Payload callBody(RawBody found, Supplier<@Nullable Object> firstValue) {
    try {
      Runnable reset = context.restore();
      try {
        return new Payload.Value(found.run(firstValue.get()));
      } finally {
        reset.run();
      }
    } catch (InterruptedIOException cancelled) {
      return new Payload.Failure(
          switch (cancelled.getCause()) {
            case DeadlineExit over -> cancelled;
            case GreenletExit killed -> killed;
            case null, default -> cancelled;
          });
    } catch (Throwable failure) {
      return new Payload.Failure(failure);
    }
  }

  /**
   * Returns the payload for the receiver of the result. Failures of a greenlet that is being closed
   * are not passed to the closing one.
   */
  Payload resultForReceiver(Payload endOfBody) {
    Payload result = endOfBody.asResult();
    if (closer != null && result instanceof Payload.Failure(Throwable failure)) {
      reportUncaught(failure);
      return new Payload.Value(null);
    }
    return result;
  }

  void die() {
    phase = Phase.DEAD;
  }

  /** Closes a greenlet that is not alive. Returns {@code false} if it is. */
  boolean closeUnlessActive() {
    if (!PHASE.compareAndSet(this, Phase.UNSTARTED, Phase.DEAD) && phase != Phase.DEAD) {
      return false;
    }
    body = null;
    closed = true;
    return true;
  }

  void beginClosing(RawState by) {
    closer = by.handle(); // keeps the handle reachable
  }

  /** Returns whether the close has ended it. */
  boolean endClosing() {
    closer = null;
    closed = phase == Phase.DEAD;
    return closed;
  }

  static void reportUncaught(Throwable failure) {
    Thread thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
  }
}
