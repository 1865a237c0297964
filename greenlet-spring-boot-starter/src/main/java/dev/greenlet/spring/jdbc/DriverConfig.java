package dev.greenlet.spring.jdbc;

import org.jspecify.annotations.Nullable;

/** The configuration that a pool passes to its driver. */
interface DriverConfig {

  /** Returns the JDBC URL, or {@code null} if the pool does not connect by one. */
  @Nullable String url();

  /** Returns whether the pool has configured its driver already, so that changes have no effect. */
  boolean isStarted();

  /** Returns whether a driver property is set beside the URL. */
  boolean has(String property);

  void set(String property, String value);
}
