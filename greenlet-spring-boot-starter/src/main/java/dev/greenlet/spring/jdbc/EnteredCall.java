package dev.greenlet.spring.jdbc;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call of JDBC under way in the current greenlet. Calls nest where one data source wraps another.
 * Confined to its greenlet.
 */
final class EnteredCall {
  private static final ThreadLocal<@Nullable EnteredCall> CURRENT = new ThreadLocal<>();

  private final JdbcWait wait;
  private final CallTarget target;
  private final @Nullable EnteredCall outer;
  private @Nullable String sql;

  private EnteredCall(JdbcWait wait, CallTarget target, @Nullable EnteredCall outer) {
    this.wait = wait;
    this.target = target;
    this.outer = outer;
  }

  /** Gives up the lane; when it throws, nothing has happened. */
  static EnteredCall enter(JdbcCall call, CallTarget target, String detail, Duration patience) {
    JdbcWait wait = JdbcWait.enter(call, target, detail, patience);
    EnteredCall entered = new EnteredCall(wait, target, CURRENT.get());
    CURRENT.set(entered);
    return entered;
  }

  /** The innermost call under way in this greenlet, if there is one. */
  static @Nullable EnteredCall current() {
    return CURRENT.get();
  }

  void describe(String shape) {
    sql = shape;
    wait.refine(shape);
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
    return wait.over();
  }

  /**
   * Takes the lane back, after {@link #over}.
   *
   * @throws dev.greenlet.GreenletExit if the call failed and the greenlet is killed
   * @throws dev.greenlet.DeadlineExit if the call failed and a deadline is over
   */
  void end(@Nullable Throwable failure) {
    wait.end(failure);
  }
}
