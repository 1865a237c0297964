package dev.greenlet.spring.jdbc;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A pool of which only that is known which the application says: how many connections it has. */
record UnknownPool(int maximum) implements Pool {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  public @Nullable String name() {
    return null;
  }

  @Override
  public Duration connectionTimeout() {
    return PATIENCE;
  }

  @Override
  public Numbers numbers() {
    return new Numbers(maximum, maximum, 0, 0); // asked when all are lent
  }
}
