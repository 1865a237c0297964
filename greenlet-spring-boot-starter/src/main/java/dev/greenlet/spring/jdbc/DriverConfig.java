package dev.greenlet.spring.jdbc;

import org.jspecify.annotations.Nullable;

/** What a pool tells its driver. */
interface DriverConfig {

  /** Where the driver connects to, if that is said by an URL. */
  @Nullable String url();

  /** Whether the pool has told its driver already, so that a change would come too late. */
  boolean isStarted();

  /** Whether the driver is told a property beside the URL. */
  boolean has(String property);

  void set(String property, String value);
}
