package dev.greenlet.spring.jdbc;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The switch point of one JDBC call, which cancels the call on a kill or an expired deadline. Calls
 * nest where one data source wraps another: then the outermost one is cancelled, and the inner ones
 * with it. Confined to its greenlet.
 */
final class JdbcWait {
  private static final ThreadLocal<@Nullable JdbcWait> CURRENT = new ThreadLocal<>();

  private final JdbcCall call;
  private final CallTarget target;
  private final @Nullable JdbcWait outer;
  private final @Nullable SwitchPoint uncancellable;
  private final SwitchPoint point;
  private final @Nullable CallCancellation cancellation;
  private @Nullable String sql;

  private JdbcWait(
      JdbcCall call,
      CallTarget target,
      @Nullable JdbcWait outer,
      @Nullable SwitchPoint uncancellable,
      SwitchPoint point,
      @Nullable CallCancellation cancellation) {
    this.call = call;
    this.target = target;
    this.outer = outer;
    this.uncancellable = uncancellable;
    this.point = point;
    this.cancellation = cancellation;
  }

  /**
   * Gives up the lane.
   *
   * @param patience how long the cancelled call may take before its connection is aborted
   * @throws dev.greenlet.GreenletExit if the greenlet is killed and the call does not clean up; it
   *     holds its lane then
   */
  static JdbcWait enter(JdbcCall call, CallTarget target, String detail, Duration patience) {
    WaitReason reason = new WaitReason(WaitReason.JDBC, detail);
    JdbcWait outer = CURRENT.get();
    JdbcWait entered =
        outer == null
            ? outermost(call, target, reason, patience)
            : outer.inner(call, target, reason);
    CURRENT.set(entered);
    return entered;
  }

  private static JdbcWait outermost(
      JdbcCall call, CallTarget target, WaitReason reason, Duration patience) {
    CallCancellation cancellation = new CallCancellation(call, target, patience, reason.detail());
    SwitchPoint uncancellable =
        call == JdbcCall.CLEAN_UP ? SwitchPoint.enterUncancellable(reason) : null;
    SwitchPoint point = point(call, reason);
    if (uncancellable != null && point.isUnwinding()) {
      cancellation.cancelInBackground();
    } else {
      point.onCancel(cancellation);
    }
    return new JdbcWait(call, target, null, uncancellable, point, cancellation);
  }

  /** Enters a call within this one; it cleans up if this one does. */
  private JdbcWait inner(JdbcCall inner, CallTarget on, WaitReason reason) {
    JdbcCall made = call == JdbcCall.CLEAN_UP ? JdbcCall.CLEAN_UP : inner;
    return new JdbcWait(made, on, this, null, point(made, reason), null);
  }

  private static SwitchPoint point(JdbcCall call, WaitReason reason) {
    return switch (call) {
      case WAIT -> SwitchPoint.enter(reason);
      case CLEAN_UP -> SwitchPoint.enterMidExchange(reason);
    };
  }

  /** Returns the innermost call of the current greenlet, or {@code null} if there is none. */
  static @Nullable JdbcWait current() {
    return CURRENT.get();
  }

  /** Sets the SQL of the call, without values. */
  void describe(String digest) {
    sql = digest;
    point.refine(digest);
    if (cancellation != null) {
      cancellation.refine(digest);
    }
  }

  /** Returns the SQL of the call, without values, or {@code null} if it is not known. */
  @Nullable String sql() {
    return sql;
  }

  /** Returns the object that the call is made on. */
  CallTarget target() {
    return target;
  }

  /**
   * Notes that the call has returned or failed. Returns whether its connection was aborted before.
   */
  boolean callEnded() {
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
    if (cancellation != null) {
      cancellation.callEnded();
    }
    return isAborted();
  }

  private boolean isAborted() {
    return cancellation != null && cancellation.isAborted();
  }

  /**
   * Takes the lane back, after {@link #callEnded}.
   *
   * @param failure what the call threw, or {@code null}; the failure of a call that cleans up is
   *     not replaced by an exit, unless its connection was aborted
   * @throws dev.greenlet.GreenletExit if the call failed and the greenlet is killed
   * @throws dev.greenlet.DeadlineExit if the call failed and a deadline has expired
   */
  void end(@Nullable Throwable failure) {
    try {
      if (failure != null && (call == JdbcCall.WAIT || isAborted())) {
        point.failed(failure);
      }
    } finally {
      point.close();
      if (uncancellable != null) {
        uncancellable.close();
      }
    }
  }
}
