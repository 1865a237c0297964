package dev.greenlet.spring.jdbc;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers the shapes of SQL that comes again, which is that of prepared statements. Thread-safe.
 */
final class SqlDigests {
  private static final int MAX_REMEMBERED = 1000;

  private final ConcurrentHashMap<String, String> remembered = new ConcurrentHashMap<>();

  String of(String sql) {
    String known = remembered.get(sql);
    if (known != null) {
      return known;
    }
    String shape = SqlDigest.of(sql);
    if (remembered.size() >= MAX_REMEMBERED) {
      remembered.clear(); // an application that writes values into its SQL; others never get here
    }
    remembered.put(sql, shape);
    return shape;
  }
}
