package dev.greenlet.spring.database;

/** What tests say differently to the one database and to the other. */
public enum Dialect {
  POSTGRESQL(
      "select pg_sleep(60)",
      "select pg_advisory_lock(%d)",
      "select pg_advisory_unlock(%d)",
      "select i, repeat('x', 100) from generate_series(1, %d) i",
      "select ssl from pg_stat_ssl where pid = pg_backend_pid()",
      "bytea",
      "&connectTimeout=1&socketTimeout=1&loginTimeout=1"),
  MARIADB(
      "select sleep(60)",
      "select get_lock('%d', 60)",
      "select release_lock('%d')",
      "select seq, repeat('x', 100) from seq_1_to_%d",
      "select variable_value <> '' from information_schema.session_status where variable_name ="
          + " 'SSL_CIPHER'",
      "longblob",
      "&connectTimeout=1000&socketTimeout=1000");

  private final String sleep;
  private final String lock;
  private final String unlock;
  private final String rows;
  private final String encrypted;
  private final String bytes;
  private final String timeouts;

  Dialect(
      String sleep,
      String lock,
      String unlock,
      String rows,
      String encrypted,
      String bytes,
      String timeouts) {
    this.sleep = sleep;
    this.lock = lock;
    this.unlock = unlock;
    this.rows = rows;
    this.encrypted = encrypted;
    this.bytes = bytes;
    this.timeouts = timeouts;
  }

  /** A query that takes a minute. */
  public String sleepLong() {
    return sleep;
  }

  /** A query that waits for a lock of the session and takes it. */
  public String lock(int key) {
    return lock.formatted(key);
  }

  /** A query that gives it back. */
  public String unlock(int key) {
    return unlock.formatted(key);
  }

  /** A query for so many rows of a number from 1 and a text. */
  public String rows(int count) {
    return rows.formatted(count);
  }

  /** A query for whether the connection is encrypted. */
  public String encrypted() {
    return encrypted;
  }

  /** The type of columns for many bytes. */
  public String bytes() {
    return bytes;
  }

  /** What makes a driver give up: one second after the last answer. */
  public String timeouts() {
    return timeouts;
  }
}
