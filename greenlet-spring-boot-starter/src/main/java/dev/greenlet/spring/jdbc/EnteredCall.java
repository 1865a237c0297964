package dev.greenlet.spring.jdbc;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import org.jspecify.annotations.Nullable;

/**
 * A call of JDBC under way in the current greenlet. Calls nest where one data source wraps another.
 * Confined to its greenlet.
 */
final class EnteredCall {
  private static final ThreadLocal<@Nullable EnteredCall> CURRENT = new ThreadLocal<>();

  private final SwitchPoint point;
  private final @Nullable EnteredCall outer;
  private @Nullable String sql;

  private EnteredCall(SwitchPoint point, @Nullable EnteredCall outer) {
    this.point = point;
    this.outer = outer;
  }

  /** Gives up the lane; when it throws, nothing has happened. */
  static EnteredCall enter(JdbcCall call, String detail) {
    SwitchPoint point = call.enter(new WaitReason(WaitReason.JDBC, detail));
    EnteredCall entered = new EnteredCall(point, CURRENT.get());
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

  void close() {
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
    point.close();
  }
}
