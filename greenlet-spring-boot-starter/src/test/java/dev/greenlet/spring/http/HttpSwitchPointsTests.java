package dev.greenlet.spring.http;

import static dev.greenlet.spring.http.BootClients.Setting.onHub;
import static dev.greenlet.spring.http.BootClients.Setting.runtime;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.WaitReason;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.inspect.GreenletSnapshot;
import dev.greenlet.inspect.Inspector;
import dev.greenlet.spring.http.BootClients.Setting;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.HttpMethod;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.BufferingClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

@Timeout(60)
class HttpSwitchPointsTests {

  private static final int CONNECTIONS_OF_APACHE = 20; // the default is five
  private static final BootClients CLIENTS = new BootClients(CONNECTIONS_OF_APACHE);

  static Stream<Setting> settings() {
    return CLIENTS.settings();
  }

  @AfterAll
  static void closeClients() throws Exception {
    CLIENTS.close();
  }

  @ParameterizedTest
  @MethodSource("settings")
  void waitsForResponsesOverlapOnOneHubAndShowTheAddressWithoutQueryAndUser(Setting setting)
      throws Exception {
    int greenlets = 10;
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      RestClient client = setting.restClient();
      String user =
          setting.client().startsWith("apache") ? "" : "user:password@"; // it rejects them
      URI uri = URI.create(server.url("/head?token=secret").replace("//", "//" + user));
      List<GreenletTask<@Nullable String>> tasks = new ArrayList<>();
      for (int i = 0; i < greenlets; i++) {
        tasks.add(onHub(runtime, () -> client.get().uri(uri).retrieve().body(String.class)));
      }
      await()
          .untilAsserted(
              () -> {
                assertThat(server.requests()).isEqualTo(greenlets);
                assertThat(reasons(runtime))
                    .hasSize(greenlets)
                    .containsOnly(new WaitReason("http", "GET " + server.url("/head")));
              });
      server.openGate();

      for (GreenletTask<@Nullable String> task : tasks) {
        assertThat(task.get()).isEqualTo("head");
      }
      assertThat(runtime.awaitQuiescence(Duration.ofSeconds(10))).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void theQueueOfApachesPoolIsASwitchPointAndAKilledWaiterLeavesIt(EngineChoice engine)
      throws Exception {
    ClientHttpRequestFactory onlyOne = BootClients.build(BootClients.apache(1));
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = runtime(engine)) {
      RestClient client = RestClient.builder().requestFactory(onlyOne).build();
      Callable<@Nullable String> request =
          () -> client.get().uri(server.url("/head")).retrieve().body(String.class);
      GreenletTask<@Nullable String> first = onHub(runtime, request);
      await().until(() -> server.requests() == 1);
      GreenletTask<@Nullable String> second = onHub(runtime, request);
      GreenletTask<@Nullable String> victim = onHub(runtime, request);
      awaitReason(second, "GET " + server.url("/head"));
      awaitReason(victim, "GET " + server.url("/head"));
      assertThat(onHub(runtime, () -> 42).get()).as("others run meanwhile").isEqualTo(42);
      victim.kill("enough");

      assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
      assertThat(server.requests()).as("of the only connection").isEqualTo(1);
      server.openGate();
      assertThat(first.get()).isEqualTo("head");
      assertThat(second.get()).isEqualTo("head");
      assertThat(server.requests()).isEqualTo(2);
    } finally {
      ((DisposableBean) onlyOne).destroy();
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void theWaitForTheRestOfABodyIsASwitchPointToo(Setting setting) throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      RestClient client = setting.restClient();
      CountDownLatch firstHalfRead = new CountDownLatch(1);
      GreenletTask<String> task =
          onHub(
              runtime,
              () ->
                  client
                      .get()
                      .uri(server.url("/body"))
                      .exchangeForRequiredValue(
                          (request, response) -> {
                            byte[] first = response.getBody().readNBytes("first,".length());
                            firstHalfRead.countDown();
                            byte[] rest = response.getBody().readAllBytes();
                            return new String(first, StandardCharsets.UTF_8)
                                + new String(rest, StandardCharsets.UTF_8);
                          }));
      firstHalfRead.await();
      awaitReason(task, "GET " + server.url("/body"));
      assertThat(onHub(runtime, () -> 42).get()).as("others run meanwhile").isEqualTo(42);
      server.openGate();

      assertThat(task.get()).isEqualTo("first,second");
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aStreamedBodyIsSentAndTheWaitForTheResponseIsASwitchPoint(Setting setting) throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      ClientHttpRequestFactory factory = setting.factory();
      GreenletTask<String> task =
          onHub(
              runtime,
              () -> {
                ClientHttpRequest request =
                    factory.createRequest(URI.create(server.url("/echo")), HttpMethod.POST);
                ((StreamingHttpOutputMessage) request)
                    .setBody(out -> out.write("streamed".getBytes(StandardCharsets.UTF_8)));
                return read(request);
              });
      awaitReason(task, "POST " + server.url("/echo"));
      assertThat(onHub(runtime, () -> 42).get()).as("others run meanwhile").isEqualTo(42);
      server.openGate();

      assertThat(task.get()).isEqualTo("streamed");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void applicationCodeThatWritesABodyHoldsTheLane(EngineChoice engine) throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = runtime(engine)) {
      server.openGate();
      ClientHttpRequestFactory factory =
          SwitchingClientHttpRequestFactory.around(new SimpleClientHttpRequestFactory());
      AtomicReference<@Nullable WaitReason> whileWriting =
          new AtomicReference<>(new WaitReason("never", "written"));
      GreenletTask<String> task =
          onHub(
              runtime,
              () -> {
                ClientHttpRequest request =
                    factory.createRequest(URI.create(server.url("/echo")), HttpMethod.POST);
                ((StreamingHttpOutputMessage) request)
                    .setBody(
                        out -> {
                          whileWriting.set(Greenlets.current().waitingOn());
                          Greenlets.moveTo(runtime.sharedLane()); // rejected without the lane
                          Greenlets.moveTo(runtime.hubs().getFirst());
                          out.write('x');
                          out.flush();
                        });
                return read(request);
              });

      assertThat(task.get()).isEqualTo("x");
      assertThat(whileWriting.get()).isNull();
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aBodyThatCannotBeWrittenFailsTheRequestAndTheLaneIsHeldAgain(Setting setting)
      throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      ClientHttpRequestFactory factory = setting.factory();
      GreenletTask<Boolean> task =
          onHub(
              runtime,
              () -> {
                ClientHttpRequest request =
                    factory.createRequest(URI.create(server.url("/echo")), HttpMethod.POST);
                ((StreamingHttpOutputMessage) request)
                    .setBody(
                        out -> {
                          throw new IOException("no body");
                        });
                assertThatExceptionOfType(IOException.class).isThrownBy(request::execute);
                Greenlets.moveTo(runtime.sharedLane());
                return true;
              });

      assertThat(task.get()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aKilledGreenletSendsNothing(Setting setting) throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      server.openGate();
      RestClient client = setting.restClient();
      CountDownLatch atGate = new CountDownLatch(1);
      CountDownLatch gate = new CountDownLatch(1);
      GreenletTask<@Nullable String> task =
          onHub(
              runtime,
              () -> {
                atGate.countDown();
                gate.await();
                return client.get().uri(server.url("/head")).retrieve().body(String.class);
              });
      atGate.await();
      task.kill("enough");
      gate.countDown();

      assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
      assertThat(server.requests()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aGreenletKilledWhileItWaitsForAResponseEndsAtTheFirstRead(Setting setting) throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      RestClient client = setting.restClient();
      GreenletTask<@Nullable String> task =
          onHub(runtime, () -> client.get().uri(server.url("/head")).retrieve().body(String.class));
      awaitReason(task, "GET " + server.url("/head"));
      task.kill("enough");
      server.openGate();

      assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void anExceptionOfTheClientIsThrownUnchanged(Setting setting) throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      RestClient client = setting.restClient();
      GreenletTask<Boolean> task =
          onHub(
              runtime,
              () -> {
                assertThatExceptionOfType(ResourceAccessException.class)
                    .isThrownBy(
                        () -> client.get().uri(server.url("/broken")).retrieve().toBodilessEntity())
                    .withCauseInstanceOf(IOException.class);
                assertThat(Greenlets.current().waitingOn()).isNull();
                return true;
              });

      assertThat(task.get()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void interceptorsRunWithTheLaneAndTemplatesAndHttpInterfacesWaitAlike(Setting setting)
      throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      RestClient intercepted =
          RestClient.builder()
              .requestFactory(setting.factory())
              .requestInterceptor(
                  (request, body, execution) -> {
                    assertThat(Greenlets.current().waitingOn()).isNull();
                    return execution.execute(request, body);
                  })
              .bufferContent((uri, method) -> true)
              .build();
      RestTemplate template =
          new RestTemplate(new BufferingClientHttpRequestFactory(setting.factory()));
      HeadService service =
          HttpServiceProxyFactory.builderFor(
                  RestClientAdapter.create(
                      RestClient.builder()
                          .baseUrl(server.url(""))
                          .requestFactory(setting.factory())
                          .build()))
              .build()
              .createClient(HeadService.class);
      List<GreenletTask<@Nullable String>> tasks =
          List.of(
              onHub(
                  runtime,
                  () ->
                      intercepted
                          .post()
                          .uri(server.url("/echo"))
                          .body("sent")
                          .retrieve()
                          .body(String.class)),
              onHub(
                  runtime, () -> template.postForObject(server.url("/echo"), "sent", String.class)),
              onHub(runtime, service::head));
      awaitReason(tasks.get(0), "POST " + server.url("/echo"));
      awaitReason(tasks.get(1), "POST " + server.url("/echo"));
      awaitReason(tasks.get(2), "GET " + server.url("/head"));
      server.openGate();

      assertThat(tasks.get(0).get()).isEqualTo("sent");
      assertThat(tasks.get(1).get()).isEqualTo("sent");
      assertThat(tasks.get(2).get()).isEqualTo("head");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void theTemplateIsShownInsteadOfItsValuesWhereSpringProvidesIt(EngineChoice engine)
      throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = runtime(engine)) {
      ClientHttpRequestFactory factory =
          SwitchingClientHttpRequestFactory.around(new SimpleClientHttpRequestFactory());
      RestClient client =
          RestClient.builder().baseUrl(server.url("")).requestFactory(factory).build();
      SecretService service =
          HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client))
              .build()
              .createClient(SecretService.class);
      List<GreenletTask<@Nullable String>> known =
          List.of(
              onHub(
                  runtime,
                  () ->
                      client
                          .get()
                          .uri("/head/{account}?token={token}", "ada", "secret")
                          .retrieve()
                          .body(String.class)),
              onHub(runtime, () -> service.head("ada", "secret")));
      GreenletTask<@Nullable String> unknown =
          onHub(
              runtime,
              () ->
                  new RestTemplate(factory)
                      .getForObject(
                          server.url("/head/{account}?token={token}"),
                          String.class,
                          "ada",
                          "secret"));
      awaitReason(known.get(0), "GET " + server.url("/head/{account}"));
      awaitReason(known.get(1), "GET " + server.url("/head/{account}"));
      awaitReason(unknown, "GET " + server.url("/head/ada"));
      server.openGate();

      assertThat(unknown.get()).isEqualTo("head");
    }
  }

  /** An HTTP interface whose arguments are confidential. */
  interface SecretService {
    @GetExchange("/head/{account}")
    @Nullable String head(@PathVariable String account, @RequestParam String token);
  }

  @Test
  void nothingIsWrappedTwice() {
    ClientHttpRequestFactory once =
        SwitchingClientHttpRequestFactory.around(new SimpleClientHttpRequestFactory());
    ClientHttpRequestFactory buffering = new BufferingClientHttpRequestFactory(once);

    assertThat(SwitchingClientHttpRequestFactory.around(once)).isSameAs(once);
    assertThat(SwitchingClientHttpRequestFactory.around(buffering)).isSameAs(buffering);
  }

  @Test
  void requestsOfAPlainThreadAreUnchanged() throws Exception {
    try (TestServer server = new TestServer()) {
      server.openGate();
      RestClient client = CLIENTS.setting(EngineChoice.AUTO, "simple").restClient();

      assertThat(client.post().uri(server.url("/echo")).body("x").retrieve().body(String.class))
          .isEqualTo("x");
    }
  }

  /** An HTTP interface. */
  interface HeadService {
    @GetExchange("/head")
    @Nullable String head();
  }

  private static String read(ClientHttpRequest request) throws IOException {
    try (ClientHttpResponse response = request.execute()) {
      return new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<WaitReason> reasons(GreenletRuntime runtime) {
    return new Inspector(runtime)
        .forest().greenlets().stream()
            .map(GreenletSnapshot::waitingOn)
            .filter(Objects::nonNull)
            .toList();
  }

  private static void awaitReason(GreenletTask<?> task, String detail) {
    await()
        .untilAsserted(
            () -> assertThat(task.waitingOn()).isEqualTo(new WaitReason("http", detail)));
  }
}
