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
 * How far a raw greenlet has come. Changed by the running greenlet of the tree, except that an
 * unstarted one may be ended, or given a context, by any thread; read by any.
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
  private volatile @Nullable RawBody body; // let go at the start
  private volatile SpawnContext.Captured context = SpawnContext.none().capture();
  private volatile @Nullable RawTree tree; // from the start on
  private volatile @Nullable RawGreenlet closer; // the parent while it is being closed
  private volatile boolean closed;

  RawLife(@Nullable RawBody body) {
    this.body = body;
  }

  /** Of the main one of a tree. */
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

  /** The tree of a greenlet that has started. */
  RawTree ownTree() {
    return Objects.requireNonNull(tree, "unstarted greenlets belong to no tree");
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

  /** Returns {@code false} when it is too late. */
  boolean setContext(SpawnContext.Captured context) {
    if (phase != Phase.UNSTARTED) {
      return false;
    }
    this.context = context;
    return true;
  }

  /** Returns {@code false} when another thread has closed it just now. */
  boolean begin(RawTree tree) {
    this.tree = tree;
    if (!PHASE.compareAndSet(this, Phase.UNSTARTED, Phase.ACTIVE)) {
      this.tree = null;
      return false;
    }
    body = null;
    return true;
  }

  /** Undoes a start for which no thread could be had. */
  void unbegin(RawBody found) {
    body = found;
    tree = null;
    phase = Phase.UNSTARTED;
  }

  /** Runs the body in its context. */
  Payload callBody(RawBody found, Supplier<@Nullable Object> firstValue) {
    try {
      Runnable setBack = context.restore();
      try {
        return new Payload.Value(found.run(firstValue.get()));
      } finally {
        setBack.run();
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

  /** What the heir gets. Who closes a greenlet is not told what escaped it meanwhile. */
  Payload settle(Payload lastWord) {
    Payload settled = lastWord.asLastWord();
    if (closer != null && settled instanceof Payload.Failure(Throwable failure)) {
      reportUncaught(failure);
      return new Payload.Value(null);
    }
    return settled;
  }

  void die() {
    phase = Phase.DEAD;
  }

  /** Closes one that does not live. Returns {@code false} when it does. */
  boolean closeUnlessActive() {
    if (!PHASE.compareAndSet(this, Phase.UNSTARTED, Phase.DEAD) && phase != Phase.DEAD) {
      return false;
    }
    body = null;
    closed = true;
    return true;
  }

  void beginClosing(RawState by) {
    closer = by.handle(); // which is not lost meanwhile
  }

  /** Returns whether closing has ended it. */
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
