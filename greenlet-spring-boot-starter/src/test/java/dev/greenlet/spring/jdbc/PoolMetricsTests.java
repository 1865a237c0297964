package dev.greenlet.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.autoconfigure.GreenletAutoConfiguration;
import dev.greenlet.spring.autoconfigure.jdbc.GreenletJdbcAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.test.util.AopTestUtils;

/** Meters and messages count the borrowers that are queued in front of a pool. */
class PoolMetricsTests {
  private static final int WAITING = 8;

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  GreenletAutoConfiguration.class,
                  GreenletJdbcAutoConfiguration.class,
                  DataSourceAutoConfiguration.class,
                  MetricsAutoConfiguration.class,
                  SimpleMetricsExportAutoConfiguration.class,
                  DataSourcePoolMetricsAutoConfiguration.class))
          .withPropertyValues("spring.datasource.url=" + TestPostgres.url());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "com.zaxxer.hikari.HikariDataSource",
        "org.apache.tomcat.jdbc.pool.DataSource",
        "org.apache.commons.dbcp2.BasicDataSource"
      })
  void theMeterCountsQueuedBorrowers(String pool) {
    runner
        .withPropertyValues(
            "spring.datasource.type=" + pool,
            "spring.datasource.hikari.maximum-pool-size=1",
            "spring.datasource.tomcat.max-active=1",
            "spring.datasource.tomcat.initial-size=1",
            "spring.datasource.dbcp2.max-total=1")
        .run(
            context -> {
              MeterRegistry meters = context.getBean(MeterRegistry.class);
              whileOthersWait(
                  context.getBean(DataSource.class),
                  () -> awaitPending(meters, "jdbc.connections.pending", WAITING));
              awaitPending(meters, "jdbc.connections.pending", 0);
            });
  }

  @Test
  void theMetersOfHikariCountQueuedBorrowers() {
    runner
        .withPropertyValues("spring.datasource.hikari.maximum-pool-size=1")
        .run(
            context -> {
              MeterRegistry meters = context.getBean(MeterRegistry.class);
              whileOthersWait(
                  context.getBean(DataSource.class),
                  () -> awaitPending(meters, "hikaricp.connections.pending", WAITING));
              awaitPending(meters, "hikaricp.connections.pending", 0);
            });
  }

  @Test
  void theTimeoutMessageOfThePoolCountsQueuedBorrowers() {
    runner
        .withPropertyValues(
            "spring.datasource.hikari.maximum-pool-size=2",
            "spring.datasource.hikari.connection-timeout=2000")
        .run(
            context -> {
              DataSource gated = context.getBean(DataSource.class);
              HikariDataSource pool = AopTestUtils.getTargetObject(gated);
              List<FutureTask<Connection>> queued;
              try (Connection pastTheQueue = pool.getConnection();
                  Connection other = inThread(gated::getConnection)) {
                FutureTask<Connection> admitted = new FutureTask<>(gated::getConnection);
                Thread.startVirtualThread(admitted);
                await().until(() -> pool.getHikariPoolMXBean().getThreadsAwaitingConnection() == 1);
                pool.getHikariConfigMXBean().setConnectionTimeout(60_000); // of later borrowers
                queued = waiting(gated);
                assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(admitted::get)
                    .havingCause()
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .withMessageContaining("request timed out after")
                    .withMessageEndingWith(", waiting=" + WAITING + ")");
                assertThat(pastTheQueue.isValid(5) && other.isValid(5)).isTrue();
              }
              for (FutureTask<Connection> each : queued) {
                each.get();
              }
            });
  }

  private static void whileOthersWait(DataSource gated, Runnable check) throws Exception {
    List<FutureTask<Connection>> waiting;
    try (Connection held = gated.getConnection()) {
      waiting = waiting(gated);
      check.run();
      assertThat(held.isValid(5)).isTrue();
    }
    for (FutureTask<Connection> each : waiting) {
      each.get();
    }
  }

  private static List<FutureTask<Connection>> waiting(DataSource gated) {
    List<FutureTask<Connection>> waiting = new ArrayList<>();
    for (int i = 0; i < WAITING; i++) {
      FutureTask<Connection> task =
          new FutureTask<>(
              () -> {
                try (Connection connection = gated.getConnection()) {
                  return connection;
                }
              });
      waiting.add(task);
      Thread.startVirtualThread(task);
    }
    return waiting;
  }

  private static void awaitPending(MeterRegistry meters, String name, int expected) {
    await().untilAsserted(() -> assertThat(meters.get(name).gauge().value()).isEqualTo(expected));
  }

  private static <T> T inThread(Callable<T> call) throws Exception {
    FutureTask<T> future = new FutureTask<>(call);
    Thread.startVirtualThread(future);
    return future.get();
  }
}
