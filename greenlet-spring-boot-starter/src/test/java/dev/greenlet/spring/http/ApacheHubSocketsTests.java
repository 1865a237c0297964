package dev.greenlet.spring.http;

import static dev.greenlet.spring.http.BootClients.Setting.onHub;
import static dev.greenlet.spring.http.BootClients.Setting.runtime;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.WaitReason;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.testing.net.FullBacklog;
import dev.greenlet.testing.net.SelfSigned;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.InetAddressFilter;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/**
 * Apache's client on hub sockets, built by Boot and by hand. The contract of clients on any sockets
 * is in the tests that use {@link BootClients}.
 */
@Timeout(60)
class ApacheHubSocketsTests {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String HUB_SOCKET = "dev.greenlet.net.HubSocketImpl";
  private static final HttpClientSettings DEFAULTS = HttpClientSettings.defaults();
  private static SSLContext context;

  private final List<ClientHttpRequestFactory> built = new ArrayList<>();

  /** An engine, and whether there is TLS. */
  record Setting(EngineChoice engine, boolean tls) {
    TestServer server() throws IOException {
      return tls ? TestServer.withTls(context) : new TestServer();
    }

    HttpClientSettings settings() {
      return tls ? DEFAULTS.withSslBundle(bundle()) : DEFAULTS;
    }
  }

  static Stream<Setting> settings() {
    return Stream.of(EngineChoice.NATIVE, EngineChoice.PORTABLE)
        .flatMap(engine -> Stream.of(new Setting(engine, false), new Setting(engine, true)));
  }

  @BeforeAll
  static void makeCertificate() throws Exception {
    context = SelfSigned.context();
  }

  @AfterEach
  void closeClients() throws Exception {
    for (ClientHttpRequestFactory factory : built) {
      ((DisposableBean) factory).destroy();
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void theWaitForAResponseIsOnAHubSocketAndIsShownAsTheExchange(Setting setting) throws Exception {
    try (TestServer server = setting.server();
        GreenletRuntime runtime = runtime(setting.engine())) {
      RestClient client = client(BootClients.apache(5), setting.settings());
      CompletableFuture<Thread> waiting = new CompletableFuture<>();
      GreenletTask<@Nullable String> task =
          onHub(
              runtime,
              () -> {
                waiting.complete(Thread.currentThread());
                return client.get().uri(server.url("/head")).retrieve().body(String.class);
              });
      Thread thread = waiting.get();
      await()
          .atMost(PATIENCE)
          .until(() -> server.requests() == 1 && onStackOf(thread).contains(HUB_SOCKET));

      assertThat(task.waitingOn()).isEqualTo(new WaitReason("http", "GET " + server.url("/head")));
      assertThat(onHub(runtime, () -> 42).get()).as("others run meanwhile").isEqualTo(42);
      server.openGate();
      assertThat(task.get()).isEqualTo("head");
    }
  }

  private static List<String> onStackOf(Thread thread) {
    return Arrays.stream(thread.getStackTrace()).map(StackTraceElement::getClassName).toList();
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aConnectionIsReusedOnAnotherHubTheSharedLaneAndAPlainThread(Setting setting)
      throws Exception {
    try (TestServer server = setting.server();
        GreenletRuntime runtime =
            GreenletRuntime.builder().engine(setting.engine()).hubs(2).build()) {
      RestClient client = client(BootClients.apache(5), setting.settings());
      Callable<@Nullable String> quick =
          () -> client.get().uri(server.url("/quick")).retrieve().body(String.class);
      for (int i = 0; i < 3; i++) {
        for (var lane :
            List.of(runtime.hubs().get(0), runtime.hubs().get(1), runtime.sharedLane())) {
          assertThat(runtime.spawn(SpawnOptions.defaults().on(lane), quick).get())
              .isEqualTo("quick");
        }
        assertThat(quick.call()).isEqualTo("quick");
      }

      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aKillInTheMiddleOfABodyEndsTheReaderAtOnceAndReleasesTheConnection(Setting setting)
      throws Exception {
    try (TestServer server = setting.server();
        GreenletRuntime runtime = runtime(setting.engine())) {
      RestClient client = client(BootClients.apache(1), setting.settings());
      CountDownLatch inTheMiddle = new CountDownLatch(1);
      GreenletTask<Boolean> task =
          onHub(
              runtime,
              () ->
                  client
                      .get()
                      .uri(server.url("/body"))
                      .exchangeForRequiredValue(
                          (request, response) -> {
                            response.getBody().readNBytes("first,".length());
                            inTheMiddle.countDown();
                            return response.getBody().readAllBytes().length > 0;
                          }));
      inTheMiddle.await();
      task.kill("enough");

      assertThat(task.join(PATIENCE)).isInstanceOf(Outcome.Killed.class);
      assertThat(
              onHub(
                      runtime,
                      () -> client.get().uri(server.url("/quick")).retrieve().body(String.class))
                  .get())
          .isEqualTo("quick");
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void theReadTimeoutOfBootsSettingsIsKept(Setting setting) throws Exception {
    try (TestServer server = setting.server();
        GreenletRuntime runtime = runtime(setting.engine())) {
      RestClient client =
          client(BootClients.apache(5), setting.settings().withReadTimeout(Duration.ofMillis(100)));

      assertThat(onHub(runtime, () -> failure(client, server.url("/head"))).get())
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void theConnectTimeoutOfBootsSettingsIsKept(EngineChoice engine) throws Exception {
    try (FullBacklog nobodyAccepts = FullBacklog.open();
        GreenletRuntime runtime = runtime(engine)) {
      int port = ((InetSocketAddress) nobodyAccepts.address()).getPort();
      RestClient client =
          client(BootClients.apache(5), DEFAULTS.withConnectTimeout(Duration.ofMillis(100)));

      assertThat(onHub(runtime, () -> failure(client, "http://127.0.0.1:" + port)).get())
          .isInstanceOf(ConnectTimeoutException.class);
    }
  }

  @Test
  void theAddressFilterOfBootsSettingsIsKept() throws Exception {
    try (TestServer server = new TestServer()) {
      RestClient client =
          client(
              BootClients.apache(5),
              DEFAULTS.withInetAddressFilter(InetAddressFilter.externalAddresses()));

      assertThat(failure(client, server.url("/quick")))
          .isInstanceOf(UnknownHostException.class)
          .hasMessageContaining("accepts none of its addresses");
    }
  }

  @Test
  void thePoolSizesAreKeptUnlessACustomizerChangesThem() {
    List<PoolingHttpClientConnectionManager> managers = new ArrayList<>();
    HttpComponentsClientHttpRequestFactoryBuilder apache =
        BootClients.apache(7).withConnectionManagerCustomizer(pool -> pool.setMaxConnTotal(70));
    build(new ApacheHubSockets(() -> List.of(pool -> managers.add(pool.build()))), apache);
    build(
        new ApacheHubSockets(() -> List.of(pool -> managers.add(pool.setMaxConnTotal(1).build()))),
        apache);

    assertThat(managers).extracting(manager -> manager.getMaxTotal()).containsExactly(70, 1);
    assertThat(managers).extracting(manager -> manager.getDefaultMaxPerRoute()).containsOnly(7);
    managers.forEach(PoolingHttpClientConnectionManager::close);
  }

  @Test
  void aConnectionManagerOfTheApplicationIsLeftAlone() {
    PoolingHttpClientConnectionManager own = new PoolingHttpClientConnectionManager();
    List<HubSocketConnectionManagerBuilder> asked = new ArrayList<>();
    build(
        new ApacheHubSockets(() -> List.of(asked::add)),
        BootClients.apache(5).withHttpClientCustomizer(client -> client.setConnectionManager(own)));

    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aClientBuiltByHandUsesHubSocketsToo(EngineChoice engine) throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = runtime(engine)) {
      HttpComponentsClientHttpRequestFactory factory =
          new HttpComponentsClientHttpRequestFactory(
              HttpClients.custom()
                  .setConnectionManager(HubSocketConnectionManagerBuilder.create().build())
                  .build());
      built.add(factory);
      RestClient client = RestClient.builder().requestFactory(factory).build();
      GreenletTask<@Nullable String> task =
          onHub(runtime, () -> client.get().uri(server.url("/head")).retrieve().body(String.class));
      await().atMost(PATIENCE).until(() -> server.requests() == 1);

      assertThat(onHub(runtime, () -> 42).get()).as("others run meanwhile").isEqualTo(42);
      assertThat(task.waitingOn()).extracting(WaitReason::kind).isEqualTo("socket");
      server.openGate();
      assertThat(task.get()).isEqualTo("head");
    }
  }

  private static @Nullable Throwable failure(RestClient client, String url) {
    try {
      client.get().uri(url).retrieve().toBodilessEntity();
      return null;
    } catch (ResourceAccessException failure) {
      return failure.getCause();
    }
  }

  private RestClient client(
      HttpComponentsClientHttpRequestFactoryBuilder apache, HttpClientSettings settings) {
    ClientHttpRequestFactory factory =
        new SwitchingRequestFactoryBuilder(apache, new ApacheHubSockets(List::of)).build(settings);
    built.add(factory);
    return RestClient.builder().requestFactory(factory).build();
  }

  private void build(
      ApacheHubSockets sockets, HttpComponentsClientHttpRequestFactoryBuilder apache) {
    built.add(new SwitchingRequestFactoryBuilder(apache, sockets).build());
  }

  /** Returns an SSL bundle with a self-signed certificate that it trusts. */
  private static SslBundle bundle() {
    SslManagerBundle managers =
        new SslManagerBundle() {
          @Override
          public SSLContext createSslContext(String protocol) {
            return context;
          }

          @Override
          public KeyManagerFactory getKeyManagerFactory() {
            throw new UnsupportedOperationException("the context is there already");
          }

          @Override
          public TrustManagerFactory getTrustManagerFactory() {
            throw new UnsupportedOperationException("the context is there already");
          }
        };
    return SslBundle.of(SslStoreBundle.NONE, SslBundleKey.NONE, SslOptions.NONE, "TLS", managers);
  }
}
