package dev.greenlet.spring.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * How a kill affects a method of JDBC that may access the database. Other methods have no constant.
 */
enum JdbcCall {
  /** A killed greenlet does not make the call. */
  WAIT,
  /**
   * A killed greenlet makes the call too, as it would otherwise leak a resource or leave a
   * transaction open.
   */
  CLEAN_UP;

  /**
   * Classifies a method.
   *
   * @param target the object it is called on
   * @param method its name
   * @return the kind of call, or {@code null} if the method does not access the database
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
      // setters are included, as a borrower restores the state of a connection with them
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
