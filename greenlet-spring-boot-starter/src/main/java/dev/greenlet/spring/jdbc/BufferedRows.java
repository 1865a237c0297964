package dev.greenlet.spring.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Determines which result sets hold all their rows in memory. The drivers that are known here read
 * all rows when they execute a statement, unless a fetch size is set. Nothing is assumed of other
 * drivers.
 */
final class BufferedRows {
  private static final String[] READING_ALL_WITHOUT_FETCH_SIZE = {
    "org.postgresql.", "org.mariadb.jdbc.", "com.mysql.cj."
  };

  private BufferedRows() {}

  /** Returns whether a result set holds all its rows right after the execution. */
  static boolean holdsAll(ResultSet resultSet) {
    try {
      return isKnown(resultSet.unwrap(ResultSet.class)) && resultSet.getFetchSize() == 0;
    } catch (SQLException unknown) {
      return false;
    }
  }

  private static boolean isKnown(ResultSet original) {
    String type = original.getClass().getName();
    for (String driver : READING_ALL_WITHOUT_FETCH_SIZE) {
      if (type.startsWith(driver)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether a result set that holds all its rows executes a method without the database.
   */
  static boolean serves(String method) {
    return switch (method) {
      case "next", "previous", "first", "last", "absolute", "relative" -> true;
      default -> false;
    };
  }
}
