package dev.greenlet.spring.shutdown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.OwnJvm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SIGTERM to a JVM that has requests at work and in the queues of its lanes. */
@Timeout(180)
class StopUnderLoadTests {
  private static final int REQUESTS = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern STOPPING =
      Pattern.compile("Commencing graceful shutdown|accepted requests that have not begun");
  private static final Pattern OTHER_THAN_THE_OBSERVER =
      Pattern.compile("^#(?!\\d+ GET /actuator/)", Pattern.MULTILINE);

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(names = {"TOMCAT_NATIVE", "JETTY_PORTABLE"})
  void everyRequestThatWasAcceptedIsAnswered(Host host) throws Exception {
    stopUnderLoad(host);
  }

  @ParameterizedTest
  @EnumSource(names = {"TOMCAT_PORTABLE", "JETTY_NATIVE"})
  @Tag("soak")
  void onTheOtherHostsToo(Host host) throws Exception {
    stopUnderLoad(host);
  }

  private void stopUnderLoad(Host host) throws Exception {
    Path gate = directory.resolve("open");
    HttpClient client = HttpClient.newHttpClient();
    try (OwnJvm jvm = start(host, gate)) {
      String root = "http://" + jvm.awaitAddress();
      List<CompletableFuture<HttpResponse<String>>> first = send(client, root + "/quick");
      assertThat(first).allSatisfy(StopUnderLoadTests::isAnswered);

      List<CompletableFuture<HttpResponse<String>>> answers = send(client, root + "/gate");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(jvm.countGreenlets(OTHER_THAN_THE_OBSERVER))
                      .isGreaterThanOrEqualTo(REQUESTS));
      jvm.signal();
      await().atMost(PATIENCE).until(() -> STOPPING.matcher(jvm.output()).find());
      Files.createFile(gate);

      assertThat(answers).allSatisfy(StopUnderLoadTests::isAnswered);
      assertThat(jvm.awaitEnd()).isEqualTo(128 + 15);
    } finally {
      client.shutdownNow();
    }
  }

  private static void isAnswered(CompletableFuture<HttpResponse<String>> answer) {
    HttpResponse<String> response = answer.orTimeout(60, TimeUnit.SECONDS).join();
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("answered");
  }

  private OwnJvm start(Host host, Path gate) throws IOException {
    return OwnJvm.start(
        host,
        StoppedApplication.class,
        directory,
        List.of(),
        List.of(
            "--greenlet.hubs=1",
            "--gate=" + gate,
            "--server.tomcat.accept-count=2000",
            OwnJvm.NO_DATABASE));
  }

  private static List<CompletableFuture<HttpResponse<String>>> send(HttpClient client, String uri) {
    return Stream.generate(() -> client.sendAsync(request(uri), BodyHandlers.ofString()))
        .limit(REQUESTS)
        .toList();
  }

  private static HttpRequest request(String uri) {
    return HttpRequest.newBuilder(URI.create(uri)).timeout(PATIENCE).build();
  }
}
