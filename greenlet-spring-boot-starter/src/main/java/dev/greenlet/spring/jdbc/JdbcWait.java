package dev.greenlet.spring.jdbc;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The switch point of one JDBC call, with what a kill or the end of a deadline does to the call.
 * Calls nest where one data source wraps another: then the outermost is cancelled, and what is
 * inside of it with it. Confined to its greenlet.
 */
final class JdbcWait {
  private static final ThreadLocal<@Nullable JdbcWait> CURRENT = new ThreadLocal<>();

  private final JdbcCall call;
  private final CallTarget target;
  private final @Nullable JdbcWait outer;
  private final @Nullable SwitchPoint shelter;
  private final SwitchPoint point;
  private final @Nullable CallCancellation cancellation;
  private @Nullable String sql;

  private JdbcWait(
      JdbcCall call,
      CallTarget target,
      @Nullable JdbcWait outer,
      @Nullable SwitchPoint shelter,
      SwitchPoint point,
      @Nullable CallCancellation cancellation) {
    this.call = call;
    this.target = target;
    this.outer = outer;
    this.shelter = shelter;
    this.point = point;
    this.cancellation = cancellation;
  }

  /**
   * Gives up the lane.
   *
   * @throws dev.greenlet.GreenletExit if the greenlet is killed and the call does not clean up;
   *     nothing was given up then
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
    SwitchPoint shelter = call == JdbcCall.CLEAN_UP ? SwitchPoint.enterUncancellable(reason) : null;
    SwitchPoint point = point(call, reason);
    if (shelter != null && point.isUnwinding()) {
      cancellation.begin();
    } else {
      point.onCancel(cancellation);
    }
    return new JdbcWait(call, target, null, shelter, point, cancellation);
  }

  /** A call that another one makes, and that cleans up if the other one does. */
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

  /** The innermost call under way in this greenlet, if there is one. */
  static @Nullable JdbcWait current() {
    return CURRENT.get();
  }

  /** Says which SQL runs, without values. */
  void describe(String shape) {
    sql = shape;
    point.refine(shape);
    if (cancellation != null) {
      cancellation.refine(shape);
    }
  }

  /** The SQL that runs, without values, if that is known. */
  @Nullable String sql() {
    return sql;
  }

  /** What the call is made on. */
  CallTarget target() {
    return target;
  }

  /** The call has returned or failed. Returns whether its connection was given up before. */
  boolean over() {
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
    if (cancellation != null) {
      cancellation.over();
    }
    return hasAborted();
  }

  private boolean hasAborted() {
    return cancellation != null && cancellation.hasAborted();
  }

  /**
   * Takes the lane back, after {@link #over}.
   *
   * @param failure what the call threw, if it did; of a call that cleans up it is the caller's to
   *     see, unless its connection was given up
   * @throws dev.greenlet.GreenletExit if the call failed and the greenlet is killed
   * @throws dev.greenlet.DeadlineExit if the call failed and a deadline is over
   */
  void end(@Nullable Throwable failure) {
    try {
      if (failure != null && (call == JdbcCall.WAIT || hasAborted())) {
        point.failed(failure);
      }
    } finally {
      point.close();
      if (shelter != null) {
        shelter.close();
      }
    }
  }
}
