package dev.greenlet.spring.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.reactive.Publishers;
import dev.greenlet.spring.autoconfigure.http.GreenletWebClientAutoConfiguration;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

@ParameterizedClass(name = "on {0}")
@EnumSource(names = {"NATIVE", "PORTABLE"})
@Timeout(60)
class ExpectedExchangeFilterTests {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final GreenletRuntime runtime;
  private TestServer server;
  private WebClient client;

  @SuppressWarnings("NullAway.Init") // before each test
  ExpectedExchangeFilterTests(EngineChoice engine) {
    runtime = GreenletRuntime.builder().engine(engine).hubs(1).build();
  }

  @BeforeEach
  void start() throws Exception {
    server = new TestServer();
    client =
        WebClient.builder().baseUrl(server.url("")).filter(new ExpectedExchangeFilter()).build();
  }

  @AfterEach
  void close() {
    server.close();
    runtime.close();
  }

  @Test
  void anAwaitedResponseIsShownWithItsTemplateUntilItsBodyIsComplete() throws Exception {
    GreenletTask<@Nullable String> task =
        onHub(() -> Publishers.await(get("/head/{account}?token={token}", "ada", "secret")));
    awaitReason(task, "http GET " + server.url("/head/{account}"));
    assertThat(onHub(() -> 42).get()).as("others run meanwhile").isEqualTo(42);
    server.openGate();

    assertThat(task.get()).isEqualTo("head");
  }

  @Test
  void theWaitForTheRestOfABodyIsShownToo() throws Exception {
    GreenletTask<@Nullable String> task = onHub(() -> Publishers.await(get("/body")));
    await().atMost(PATIENCE).until(() -> server.requests() == 1);
    awaitReason(task, "http GET " + server.url("/body"));
    server.openGate();

    assertThat(task.get()).isEqualTo("first,second");
  }

  @Test
  void aResponseAwaitedByBlockIsShownToo() throws Exception {
    GreenletTask<@Nullable String> task = onHub(() -> get("/head").block());
    awaitReason(task, "http GET " + server.url("/head"));
    server.openGate();

    assertThat(task.get()).isEqualTo("head");
  }

  @Test
  void aLaterWaitIsNotShownAsTheExchange() throws Exception {
    server.openGate();
    GreenletTask<@Nullable String> task =
        onHub(
            () -> {
              Publishers.await(get("/head"));
              return Publishers.await(Mono.<String>never());
            });

    awaitReason(task, "reactor MonoNever");
    task.kill("enough");
    task.join();
  }

  @Test
  void aKillCancelsTheExchange() throws Exception {
    GreenletTask<@Nullable String> task = onHub(() -> Publishers.await(get("/head")));
    await().atMost(PATIENCE).until(() -> server.requests() == 1);
    task.kill("enough");

    assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void nothingChangesOnAPlainThread() {
    server.openGate();

    assertThat(get("/head").block(PATIENCE)).isEqualTo("head");
  }

  @Test
  void theWebClientsOfBootHaveTheFilter() {
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                WebClientAutoConfiguration.class, GreenletWebClientAutoConfiguration.class))
        .run(
            context -> {
              WebClient.Builder builder = context.getBean(WebClient.Builder.class);
              builder.filters(
                  filters ->
                      assertThat(filters).hasAtLeastOneElementOfType(ExpectedExchangeFilter.class));
            });
  }

  private Mono<String> get(String template, Object... values) {
    return client.get().uri(template, values).retrieve().bodyToMono(String.class);
  }

  private <T extends @Nullable Object> GreenletTask<T> onHub(Callable<T> body) {
    return runtime.spawn(SpawnOptions.defaults().on(runtime.hubs().getFirst()), body);
  }

  private static void awaitReason(GreenletTask<?> task, String reason) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(task.waitingOn()).hasToString(reason));
  }
}
