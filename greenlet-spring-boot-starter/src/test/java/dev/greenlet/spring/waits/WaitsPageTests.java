package dev.greenlet.spring.waits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.engine.EngineChoice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.JettyClientHttpRequestFactory;
import org.springframework.http.client.ReactorClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;

/**
 * Measures each wait on each engine, on the hub and offloaded, and compares what it found with the
 * table of docs/waits.md. With {@code -Dgreenlet.waits.write=true} it writes the table instead.
 */
@Timeout(300)
class WaitsPageTests {
  private static final List<EngineChoice> ENGINES =
      List.of(EngineChoice.NATIVE, EngineChoice.PORTABLE);

  private record Row(String label, Wait.Opening opening) {}

  private static List<Row> rows() {
    return List.of(
        new Row("`Greenlets.sleep`", JdkWaits::greenletSleep),
        new Row("`GreenletEvent.await`", JdkWaits::greenletEvent),
        new Row("`GreenletQueue.take`", JdkWaits::greenletQueue),
        new Row("`GreenletLock.lock`", JdkWaits::greenletLock),
        new Row("`Greenlets.await` of a stage", JdkWaits::awaitedStage),
        new Row("`Publishers.await` of a `Mono`", JdkWaits::awaitedMono),
        new Row("any call inside a `SwitchPoint`", JdkWaits::described),
        new Row("read of a hub socket", JdkWaits::hubSocketRead),
        new Row("JDBC statement, `DataSource` bean", DatabaseWaits::statement),
        new Row("JDBC pool that is empty, `DataSource` bean", DatabaseWaits::pool),
        new Row("JDBC statement, connection made by hand", DatabaseWaits::plainStatement),
        new Row("R2DBC statement, `Publishers.await`", DatabaseWaits::awaitedR2dbc),
        new Row(
            "`RestClient` on the JDK's `HttpClient`",
            () -> HttpWaits.restClient(JdkClientHttpRequestFactory::new)),
        new Row(
            "`RestClient` on Apache HttpClient 5",
            () -> HttpWaits.restClient(HttpComponentsClientHttpRequestFactory::new)),
        new Row(
            "`RestClient` on Jetty's client",
            () -> HttpWaits.restClient(JettyClientHttpRequestFactory::new)),
        new Row(
            "`RestClient` on Reactor Netty",
            () -> HttpWaits.restClient(ReactorClientHttpRequestFactory::new)),
        new Row(
            "`RestClient` on `HttpURLConnection` (simple)",
            () -> HttpWaits.restClient(SimpleClientHttpRequestFactory::new)),
        new Row(
            "`RestClient` made by hand",
            () -> HttpWaits.plainRestClient(JdkClientHttpRequestFactory::new)),
        new Row(
            "`RestClient` made by hand, Apache HttpClient 5 on hub sockets",
            () -> HttpWaits.plainRestClient(HttpWaits::apacheOnHubSockets)),
        new Row("`WebClient`, `Publishers.await`", HttpWaits::awaitedWebClient),
        new Row("`WebClient`, `block()`", HttpWaits::blockedWebClient),
        new Row("`Mono.block()`", JdkWaits::monoBlock),
        new Row("Redis: Jedis, `BLPOP`", BrokerWaits::redis),
        new Row("JMS: Artemis, `receive`", BrokerWaits::jms),
        new Row("`Thread.sleep`", JdkWaits::threadSleep),
        new Row("contended `synchronized`", JdkWaits::monitor),
        new Row("contended `ReentrantLock`", JdkWaits::reentrantLock),
        new Row("`CompletableFuture.get`", JdkWaits::completableFuture),
        new Row("`BlockingQueue.take`", JdkWaits::blockingQueue),
        new Row("read of a JDK socket", JdkWaits::socketRead),
        new Row("read of a file", JdkWaits::fileRead),
        new Row("DNS look-up", JdkWaits::nameLookUp),
        new Row("a computation", JdkWaits::computation));
  }

  private final Map<EngineChoice, Map<String, Finding>> onTheHub =
      new EnumMap<>(EngineChoice.class);

  @TestFactory
  Stream<DynamicNode> everyWaitYieldsOrIsReportedAndYieldsWhenOffloaded() {
    List<DynamicNode> tests = new ArrayList<>();
    for (EngineChoice engine : ENGINES) {
      Map<String, Finding> findings = new HashMap<>();
      onTheHub.put(engine, findings);
      for (Row row : rows()) {
        tests.add(
            DynamicTest.dynamicTest(
                engine + " " + row.label(),
                () -> {
                  WaitMeasurement measurement = new WaitMeasurement(engine, row.opening());
                  assertThat(measurement.offloaded()).isEqualTo(Finding.YIELDS);
                  findings.put(row.label(), measurement.onTheHub());
                }));
      }
    }
    tests.add(DynamicTest.dynamicTest("the page says what was measured", this::comparePage));
    return tests.stream();
  }

  private void comparePage() throws Exception {
    MeasuredPage.WAITS.compare(table());
  }

  private String table() {
    return "| wait | native | portable | offloaded, on both |\n|---|---|---|---|\n"
        + rows().stream()
            .map(
                row ->
                    "| %s | %s | %s | %s |\n"
                        .formatted(
                            row.label(),
                            finding(EngineChoice.NATIVE, row),
                            finding(EngineChoice.PORTABLE, row),
                            Finding.YIELDS))
            .collect(Collectors.joining());
  }

  private Finding finding(EngineChoice engine, Row row) {
    return Objects.requireNonNull(
        onTheHub.getOrDefault(engine, Map.of()).get(row.label()),
        () -> row.label() + " was not measured on " + engine);
  }
}
