package dev.greenlet.spring.http;

import static dev.greenlet.spring.http.BootClients.Setting.onHub;
import static dev.greenlet.spring.http.BootClients.Setting.runtime;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.greenlet.Deadline;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.http.BootClients.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.client.RestClient;

/**
 * A killed greenlet does not wait for a server that never responds, with clients of Boot's
 * builders.
 */
@Timeout(60)
class AbortedExchangesTests {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final BootClients CLIENTS = new BootClients(5);

  static Stream<Setting> settings() {
    return CLIENTS.settings();
  }

  @AfterAll
  static void closeClients() throws Exception {
    CLIENTS.close();
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aKilledGreenletDoesNotWaitForAResponse(Setting setting) throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      RestClient client = setting.restClient();
      GreenletTask<@Nullable String> task =
          onHub(runtime, () -> client.get().uri(server.url("/head")).retrieve().body(String.class));
      await().atMost(PATIENCE).until(() -> server.requests() == 1);
      task.kill("enough");

      assertThat(task.join(PATIENCE)).isInstanceOf(Outcome.Killed.class);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void anExpiredDeadlineEndsTheWaitForAResponse(Setting setting) throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      RestClient client = setting.restClient();
      GreenletTask<@Nullable String> task =
          onHub(
              runtime,
              () ->
                  Deadline.<@Nullable String, RuntimeException>within(
                      Duration.ofMillis(100),
                      () -> client.get().uri(server.url("/head")).retrieve().body(String.class)));

      assertThat(task.join(PATIENCE)).isInstanceOf(Outcome.Failed.class);
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(task::get)
          .withCauseInstanceOf(TimeoutException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void theClientStaysUsableAndNoOtherExchangeIsHit(Setting setting) throws Exception {
    try (TestServer slow = new TestServer();
        TestServer quick = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      quick.openGate();
      RestClient client = setting.restClient();
      List<GreenletTask<@Nullable String>> victims = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        victims.add(
            onHub(
                runtime, () -> client.get().uri(slow.url("/head")).retrieve().body(String.class)));
      }
      await().atMost(PATIENCE).until(() -> slow.requests() == 3);
      victims.forEach(victim -> victim.kill("enough"));
      for (int i = 0; i < 20; i++) {
        assertThat(
                onHub(
                        runtime,
                        () -> client.get().uri(quick.url("/head")).retrieve().body(String.class))
                    .get())
            .isEqualTo("head");
      }
      for (GreenletTask<@Nullable String> victim : victims) {
        assertThat(victim.join(PATIENCE)).isInstanceOf(Outcome.Killed.class);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"NATIVE, jdk", "NATIVE, simple", "PORTABLE, jdk", "PORTABLE, simple"})
  void anAbortByInterruptLeavesNoInterruptBehind(EngineChoice engine, String client)
      throws Exception {
    Setting setting = CLIENTS.setting(engine, client);
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      GreenletTask<Boolean> task =
          onHub(
              runtime,
              () -> {
                try {
                  Deadline.within(
                      Duration.ofMillis(100),
                      () ->
                          setting
                              .restClient()
                              .get()
                              .uri(server.url("/head"))
                              .retrieve()
                              .toBodilessEntity());
                } catch (TimeoutException aborted) {
                  // as expected
                }
                return Thread.currentThread().isInterrupted();
              });

      assertThat(task.get()).isFalse();
    }
  }
}
