package dev.greenlet.spring.web.disconnect;

import static dev.greenlet.spring.web.disconnect.Waiting.asleep;
import static dev.greenlet.spring.web.disconnect.Waiting.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/** Clients that disconnect while their requests wait. */
@EachServer
@Timeout(240)
class ClientDisconnectTests {
  private static final int MANY = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Parameter private Host host = Host.TOMCAT_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(Waiting.class),
            "greenlet.hubs=2",
            "greenlet.web.disconnect-check=50ms",
            "spring.datasource.hikari.maximum-pool-size=20");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void manyDisconnectsLeaveNothingBehind() throws IOException {
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      clients.add(application.connect("GET /sleep HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }
    await()
        .atMost(PATIENCE)
        .until(() -> named("GET /sleep", application) == MANY && asleep() == 20);

    for (Socket client : clients) {
      client.close();
    }

    await().atMost(PATIENCE).until(() -> asleep() == 0 && named("GET /sleep", application) == 0);
    HikariDataSource pool = application.bean(HikariDataSource.class);
    await().atMost(PATIENCE).until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
    assertThat(application.sendAtOnce(MANY, "/seven"))
        .allSatisfy(answer -> assertThat(answer.join().body()).isEqualTo("7"));
  }

  @Test
  void aPipelinedRequestIsNeitherLostNorTakenForADisconnect() throws Exception {
    try (Socket client =
        application.connect(
            "GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + "GET /seven HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")) {
      Waiting.ENTERED.acquire();
      awaitChecks();
      Waiting.HELD.release();

      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .contains("held", "\r\n\r\n7");
    }
  }

  @Test
  void aSlowBodyIsNotTakenForADisconnect() throws Exception {
    try (Socket client =
        application.connect(
            "POST /read HTTP/1.1\r\n"
                + "Host: localhost\r\n"
                + "Content-Length: 5\r\n"
                + "Connection: close\r\n\r\n")) {
      for (int i = 0; i < 5; i++) {
        client.getOutputStream().write('x');
        awaitChecks();
      }
      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .contains("read 5");
    }
  }

  @Test
  void theChildrenOfTheRequestAreKilledWithIt() throws IOException {
    try (Socket _ = application.connect("GET /family HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      await().atMost(PATIENCE).until(() -> asleep() == 1);
    }
    await().atMost(PATIENCE).until(() -> asleep() == 0 && named("GET /family", application) == 0);
  }

  /**
   * Waits until the detector has checked several times, as the disconnect of another client proves.
   */
  private void awaitChecks() throws IOException {
    for (int i = 0; i < 2; i++) {
      try (Socket _ = application.connect("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
        await().atMost(PATIENCE).until(() -> named("GET /wait", application) == 1);
      }
      await().atMost(PATIENCE).until(() -> named("GET /wait", application) == 0);
    }
  }
}
