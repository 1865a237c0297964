package dev.greenlet.spring.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Tells which result sets never ask the database for another row. The drivers that are known here
 * read all rows when they execute, unless a fetch size is set; of others nothing is assumed.
 */
final class BufferedRows {
  private static final String[] READING_ALL_WITHOUT_FETCH_SIZE = {
    "org.postgresql.", "org.mariadb.jdbc.", "com.mysql.cj."
  };

  private BufferedRows() {}

  /** Whether all rows are there, just after the execution. */
  static boolean allOf(ResultSet resultSet) {
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

  /** Whether a method of a result set with all rows is answered without the database. */
  static boolean answer(String method) {
    return switch (method) {
      case "next", "previous", "first", "last", "absolute", "relative" -> true;
      default -> false;
    };
  }
}
