package dev.greenlet.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.testing.net.Fault;
import dev.greenlet.testing.net.FaultyTcpProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** A cancel that is in transit when its statement has completed. */
@ParameterizedClass
@EnumSource(names = {"NATIVE", "PORTABLE"})
@Timeout(120)
class LateCancelTests {
  private static final int LOCK = 4_037;
  private static final String BACKEND = "select pg_backend_pid()";

  private final GreenletRuntime runtime;
  private final FaultyTcpProxy proxy;
  private final HikariDataSource pool = new HikariDataSource();
  private final JdbcTemplate jdbc;

  LateCancelTests(EngineChoice engine) throws IOException {
    runtime = GreenletRuntime.builder().engine(engine).build();
    proxy = FaultyTcpProxy.to("localhost", TestPostgres.port());
    pool.setJdbcUrl(
        TestPostgres.url().replace(":" + TestPostgres.port() + "/", ":" + proxy.port() + "/"));
    pool.setMaximumPoolSize(1);
    DataSource dataSource =
        SwitchPointProxies.around(pool, "late", new SwitchPointJdbcListener(Duration.ofSeconds(1)));
    jdbc = new JdbcTemplate(dataSource);
  }

  @AfterEach
  void close() {
    proxy.heal();
    runtime.close();
    pool.close();
    proxy.close();
  }

  private int backend() {
    return Objects.requireNonNull(jdbc.queryForObject(BACKEND, Integer.class));
  }

  @Test
  void aConnectionWithACancelInTransitIsNotLentAgain() throws Exception {
    int before = backend();
    GreenletTask<Boolean> victim;
    try (TestPostgres.Barrier _ = TestPostgres.barrier(LOCK)) {
      victim =
          runtime.spawn(
              SpawnOptions.defaults().on(runtime.hubs().getFirst()),
              () -> {
                jdbc.execute("select pg_advisory_xact_lock(%d)".formatted(LOCK));
                return true;
              });
      await().until(this::isLockAwaited);
      proxy.requests(new Fault.Stall());
      int connected = proxy.accepted();
      victim.kill("enough");
      await().until(() -> proxy.accepted() > connected);
    }

    assertThat(victim.join(Duration.ofSeconds(20))).isNotNull();
    proxy.heal();
    assertThat(backend()).isNotEqualTo(before);
    assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isOne();
  }

  private boolean isLockAwaited() {
    Integer waiting =
        new JdbcTemplate(TestPostgres.dataSource())
            .queryForObject(
                "select count(*) from pg_locks where locktype = 'advisory' and not granted",
                Integer.class);
    return Objects.requireNonNull(waiting) == 1;
  }
}
