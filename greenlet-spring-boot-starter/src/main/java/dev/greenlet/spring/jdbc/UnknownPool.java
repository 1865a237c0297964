package dev.greenlet.spring.jdbc;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A pool of an unknown kind, of which only the number of connections is known, as the application
 * configures it.
 */
record UnknownPool(int maximum) implements Pool {
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(30);

  @Override
  public @Nullable String name() {
    return null;
  }

  @Override
  public Duration connectionTimeout() {
    return CONNECTION_TIMEOUT;
  }

  @Override
  public Numbers numbers() {
    return new Numbers(maximum, maximum, 0, 0); // used only while all are lent
  }
}
