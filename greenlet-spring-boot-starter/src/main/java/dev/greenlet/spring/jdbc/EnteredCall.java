package dev.greenlet.spring.jdbc;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A call of JDBC under way in the current greenlet. Calls nest where one data source wraps another.
 * Confined to its greenlet.
 */
final class EnteredCall {
  private static final ThreadLocal<@Nullable EnteredCall> CURRENT = new ThreadLocal<>();

  private final SwitchPoint point;
  private final @Nullable StatementCancellation cancellation;
  private final @Nullable EnteredCall outer;
  private @Nullable String sql;

  private EnteredCall(
      SwitchPoint point,
      @Nullable StatementCancellation cancellation,
      @Nullable EnteredCall outer) {
    this.point = point;
    this.cancellation = cancellation;
    this.outer = outer;
  }

  /**
   * Gives up the lane; when it throws, nothing has happened. The call of a statement can be cut
   * short from now on.
   */
  static EnteredCall enter(JdbcCall call, @Nullable Object target, String detail) {
    SwitchPoint point = call.enter(new WaitReason(WaitReason.JDBC, detail));
    StatementCancellation cancellation = null;
    if (call == JdbcCall.WAIT && target instanceof Statement statement) {
      cancellation = new StatementCancellation(statement);
      point.onCancel(cancellation);
    }
    EnteredCall entered = new EnteredCall(point, cancellation, CURRENT.get());
    CURRENT.set(entered);
    return entered;
  }

  /** The innermost call under way in this greenlet, if there is one. */
  static @Nullable EnteredCall current() {
    return CURRENT.get();
  }

  void describe(String shape) {
    sql = shape;
    point.refine(shape);
  }

  /** The SQL that runs, without values, if that is known. */
  @Nullable String sql() {
    return sql;
  }

  /**
   * Takes the lane back.
   *
   * @throws dev.greenlet.GreenletExit if the call failed and the greenlet is killed
   * @throws dev.greenlet.DeadlineExit if the call failed and a deadline is over
   */
  void end(@Nullable Throwable failure) {
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
    if (cancellation != null) {
      cancellation.over();
    }
    try {
      if (failure != null) {
        point.failed(failure);
      }
    } finally {
      point.close();
    }
  }
}
