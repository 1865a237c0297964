package dev.greenlet.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.database.TestDatabase;
import dev.greenlet.testing.net.Fault;
import dev.greenlet.testing.net.FaultyTcpProxy;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The network between a pool on hub sockets and its database fails in all ways: each caller gets
 * its own result or an {@link SQLException}, in time, and afterwards the pool is intact.
 */
@Timeout(180)
abstract class JdbcTorture {
  private static final int GREENLETS = 8;
  private static final Duration NEVER_A_HANG = Duration.ofSeconds(60);

  private final TestDatabase database;
  private final EngineChoice engine;
  private final AtomicInteger right = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicBoolean enough = new AtomicBoolean();
  private FaultyTcpProxy proxy;
  private GreenletRuntime runtime;
  private HikariDataSource pool;
  private DataSource dataSource;

  JdbcTorture(TestDatabase database, EngineChoice engine) {
    this.database = database;
    this.engine = engine;
  }

  @BeforeEach
  void start() throws IOException {
    proxy = FaultyTcpProxy.to("localhost", database.port());
    runtime = GreenletRuntime.builder().engine(engine).hubs(2).build();
    pool = new HikariDataSource();
    pool.setPoolName("torture");
    pool.setJdbcUrl(database.urlThrough(proxy.port()) + database.dialect().timeouts());
    pool.setUsername(database.user());
    pool.setPassword(database.password());
    pool.setMaximumPoolSize(4);
    pool.setConnectionTimeout(1_000);
    pool.setValidationTimeout(1_000);
    new DriverSockets().configure(pool, "torture");
    SwitchPointJdbcListener listener = new SwitchPointJdbcListener();
    dataSource =
        (DataSource)
            new SwitchPointDataSourcePostProcessor(
                    () -> listener, () -> new PoolGates(true, Map.of()))
                .postProcessAfterInitialization(pool, "torture");
  }

  @AfterEach
  void stop() {
    pool.close();
    runtime.close();
    proxy.close();
  }

  @Test
  void aSlowAndFragmentingNetworkChangesNoResult() throws Exception {
    List<GreenletTask<Boolean>> users = users();
    awaitMore(right, 10);
    proxy.answers(new Fault.Delay(Duration.ofMillis(5)));
    awaitMore(right, 10);
    proxy.answers(new Fault.ByteByByte()).requests(new Fault.ByteByByte());
    awaitMore(right, 10);
    proxy.heal();
    end(users);

    assertThat(failed).hasValue(0);
  }

  @Test
  void resetConnectionsFailAndThePoolRecovers() throws Exception {
    List<GreenletTask<Boolean>> users = users();
    awaitMore(right, 10);
    for (int bytes : new int[] {0, 1, 700}) {
      proxy.answers(new Fault.ResetAfter(bytes));
      awaitMore(failed, 4);
      proxy.heal();
      awaitMore(right, 10);
      proxy.answers(new Fault.EndAfter(bytes));
      awaitMore(failed, 4);
      proxy.heal();
      awaitMore(right, 10);
    }
    proxy.refuse().resetAll();
    awaitMore(failed, 4);
    proxy.heal();
    awaitMore(right, 10);
    end(users);
  }

  @Test
  void missingResponsesEndByTheTimeoutOfTheDriverAndThePoolRecovers() throws Exception {
    List<GreenletTask<Boolean>> users = users();
    awaitMore(right, 10);
    proxy.answers(new Fault.Stall());
    awaitMore(failed, 4);
    proxy.heal();
    awaitMore(right, 10);
    proxy.answers(new Fault.Vanish());
    awaitMore(failed, 4);
    proxy.heal();
    awaitMore(right, 10);
    end(users);
  }

  private List<GreenletTask<Boolean>> users() {
    return IntStream.range(0, GREENLETS).mapToObj(id -> onHub(id % 2, () -> use(id))).toList();
  }

  private <T> GreenletTask<T> onHub(int hub, Callable<T> body) {
    return runtime.spawn(SpawnOptions.defaults().on(runtime.hubs().get(hub)), body);
  }

  /** Queries a value of its own, repeatedly. */
  private boolean use(int id) throws InterruptedException {
    for (int i = 0; !enough.get(); i++) {
      try {
        ask("%d/%d".formatted(id, i));
        right.incrementAndGet();
      } catch (SQLException failure) {
        failed.incrementAndGet();
        Greenlets.sleep(Duration.ofMillis(10));
      }
    }
    return true;
  }

  private void ask(String token) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement query = connection.prepareStatement("select ?, repeat('x', 2000)")) {
      query.setString(1, token);
      try (ResultSet row = query.executeQuery()) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString(1)).isEqualTo(token);
        assertThat(row.getString(2)).hasSize(2000);
        assertThat(row.next()).isFalse();
      }
    }
  }

  private static void awaitMore(AtomicInteger count, int more) {
    int before = count.get();
    await().atMost(NEVER_A_HANG).until(() -> count.get() >= before + more);
  }

  private void end(List<GreenletTask<Boolean>> users) throws InterruptedException {
    enough.set(true);
    for (GreenletTask<Boolean> user : users) {
      assertThat(user.join(NEVER_A_HANG)).isEqualTo(new Outcome.Returned<>(true));
    }
    await()
        .atMost(NEVER_A_HANG)
        .until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
  }
}
