package dev.greenlet.spring.jdbc;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;

/**
 * The meter {@code jdbc.connections.pending} of each pool that has a {@linkplain PoolGates gate}.
 * It complements the meters {@code jdbc.connections.*} of Spring Boot, and has their tag.
 * Thread-safe.
 */
public final class PoolMetrics implements MeterBinder {
  private static final String SUFFIX = "datasource";

  private final PoolGates gates;

  /**
   * Creates the meters.
   *
   * @param gates the gates to measure; strongly referenced
   */
  public PoolMetrics(PoolGates gates) {
    this.gates = gates;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gates.onPending(
        (beanName, pending) ->
            Gauge.builder("jdbc.connections.pending", pending::getAsInt)
                .description("Greenlets and threads that wait for a connection")
                .tag("name", shorten(beanName))
                .strongReference(true)
                .register(registry));
  }

  /** Shortens the name as Spring Boot does for its meters of data sources. */
  private static String shorten(String beanName) {
    boolean ends =
        beanName.length() > SUFFIX.length() && beanName.toLowerCase(Locale.ROOT).endsWith(SUFFIX);
    return ends ? beanName.substring(0, beanName.length() - SUFFIX.length()) : beanName;
  }
}
