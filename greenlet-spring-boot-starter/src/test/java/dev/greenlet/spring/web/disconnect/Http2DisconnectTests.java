package dev.greenlet.spring.web.disconnect;

import static dev.greenlet.spring.web.disconnect.Waiting.asleep;
import static dev.greenlet.spring.web.disconnect.Waiting.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients of HTTP/2 that cancel some requests of their connection, or all. Tomcat does not report
 * it.
 */
@ParameterizedClass(name = "on {0}")
@EnumSource(
    value = Host.class,
    names = {"JETTY_NATIVE", "JETTY_PORTABLE"})
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class Http2DisconnectTests {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Parameter private Host host = Host.JETTY_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @SuppressWarnings("NullAway.Init") // by connect()
  private HttpClient client;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(List.of(Waiting.class), "greenlet.hubs=2", "server.http2.enabled=true");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @BeforeEach
  void connect() {
    client = HttpClient.newBuilder().version(Version.HTTP_2).connectTimeout(PATIENCE).build();
    assertThat(send("/seven").join().version()).isEqualTo(Version.HTTP_2); // upgrades
  }

  @AfterEach
  void disconnect() {
    client.shutdownNow();
  }

  @Test
  void aResetCancelsItsRequestAndNoOther() throws Exception {
    CompletableFuture<HttpResponse<String>> neighbour = send("/held");
    Waiting.ENTERED.acquire();
    List<CompletableFuture<HttpResponse<String>>> givenUp =
        IntStream.range(0, 5).mapToObj(_ -> send("/sleep")).toList();
    await().atMost(PATIENCE).until(() -> asleep() == 5);

    givenUp.forEach(each -> each.cancel(true));

    await().atMost(PATIENCE).until(() -> asleep() == 0 && named("GET /sleep", application) == 0);
    Waiting.HELD.release();
    assertThat(neighbour.join().body()).isEqualTo("held");
  }

  @Test
  void aResetCancelsAnAsynchronousRequest() {
    CompletableFuture<HttpResponse<String>> givenUp = send("/later");
    await().atMost(PATIENCE).until(() -> asleep() == 1);

    givenUp.cancel(true);

    await().atMost(PATIENCE).until(() -> asleep() == 0 && named("GET /later", application) == 0);
  }

  @Test
  void theEndOfAConnectionCancelsItsRequests() {
    send("/sleep");
    send("/wait");
    await().atMost(PATIENCE).until(() -> asleep() == 1 && named("GET /wait", application) == 1);

    client.shutdownNow();

    await()
        .atMost(PATIENCE)
        .until(
            () ->
                asleep() == 0
                    && named("GET /sleep", application) == 0
                    && named("GET /wait", application) == 0);
  }

  private CompletableFuture<HttpResponse<String>> send(String path) {
    URI uri = URI.create("http://localhost:" + application.port() + path);
    return client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
