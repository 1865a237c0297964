package dev.greenlet.spring.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * How a method of JDBC that may talk to the database meets a kill. All others have none of these.
 */
enum JdbcCall {
  /** A killed greenlet does not make the call. */
  WAIT,
  /** A killed greenlet makes the call all the same, or it would leak or half-end something. */
  CLEAN_UP;

  /**
   * Tells what a method is.
   *
   * @param target what it is called on
   * @param method its name
   * @return what it is, or {@code null} if it is answered without the database
   */
  static @Nullable JdbcCall of(@Nullable Object target, String method) {
    return switch (target) {
      case ResultSet resultSet -> ofResultSet(method);
      case Statement statement -> ofStatement(method);
      case Connection connection -> ofConnection(method);
      case DataSource dataSource -> method.equals("getConnection") ? WAIT : null;
      case null, default -> null;
    };
  }

  private static @Nullable JdbcCall ofResultSet(String method) {
    return switch (method) {
      case "next",
          "previous",
          "first",
          "last",
          "absolute",
          "relative",
          "refreshRow",
          "insertRow",
          "updateRow",
          "deleteRow" ->
          WAIT;
      case "close" -> CLEAN_UP;
      default -> null;
    };
  }

  private static @Nullable JdbcCall ofStatement(String method) {
    return switch (method) {
      case "execute",
          "executeQuery",
          "executeUpdate",
          "executeLargeUpdate",
          "executeBatch",
          "executeLargeBatch",
          "getMoreResults",
          "getGeneratedKeys",
          "getMetaData",
          "getParameterMetaData" ->
          WAIT;
      case "close", "cancel" -> CLEAN_UP;
      default -> null;
    };
  }

  private static @Nullable JdbcCall ofConnection(String method) {
    return switch (method) {
      case "prepareStatement",
          "prepareCall",
          "isValid",
          "setSavepoint",
          "setClientInfo",
          "getTransactionIsolation",
          "getCatalog",
          "getSchema" ->
          WAIT;
      // the setters stand here because they are how a borrower gives a connection back as it was
      case "commit",
          "rollback",
          "releaseSavepoint",
          "close",
          "abort",
          "endRequest",
          "setAutoCommit",
          "setReadOnly",
          "setTransactionIsolation",
          "setCatalog",
          "setSchema" ->
          CLEAN_UP;
      default -> null;
    };
  }
}
