package dev.greenlet.spring.http;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** The imperative HTTP clients as Boot builds them with the starter. */
final class BootClients {
  private final Map<String, ClientHttpRequestFactory> clients;

  /** Builds the clients; Apache's have this many connections, instead of the default of five. */
  BootClients(int connectionsOfApache) {
    clients =
        new TreeMap<>(
            Map.of(
                "jdk", build(ClientHttpRequestFactoryBuilder.jdk()),
                "apache", build(apache(connectionsOfApache)),
                "apache on hub sockets", buildOnHubSockets(apache(connectionsOfApache)),
                "jetty", build(ClientHttpRequestFactoryBuilder.jetty()),
                "reactor netty", build(ClientHttpRequestFactoryBuilder.reactor()),
                "simple", build(ClientHttpRequestFactoryBuilder.simple())));
  }

  static ClientHttpRequestFactory build(ClientHttpRequestFactoryBuilder<?> builder) {
    return new SwitchingRequestFactoryBuilder(builder, ClientSockets.DEFAULT).build();
  }

  static ClientHttpRequestFactory buildOnHubSockets(ClientHttpRequestFactoryBuilder<?> builder) {
    return new SwitchingRequestFactoryBuilder(builder, new ApacheHubSockets(List::of)).build();
  }

  static HttpComponentsClientHttpRequestFactoryBuilder apache(int connections) {
    return ClientHttpRequestFactoryBuilder.httpComponents()
        .withConnectionManagerCustomizer(
            pool -> pool.setMaxConnPerRoute(connections).setMaxConnTotal(connections));
  }

  /** Each client on each engine. */
  Stream<Setting> settings() {
    return Stream.of(EngineChoice.NATIVE, EngineChoice.PORTABLE)
        .flatMap(
            engine ->
                clients.entrySet().stream()
                    .map(client -> new Setting(engine, client.getKey(), client.getValue())));
  }

  /** One client on one engine. */
  Setting setting(EngineChoice engine, String client) {
    return new Setting(engine, client, Objects.requireNonNull(clients.get(client)));
  }

  void close() throws Exception {
    for (ClientHttpRequestFactory client : clients.values()) {
      ((DisposableBean) client).destroy(); // the others hold nothing
    }
  }

  /** A client, and the engine of the greenlets that use it. */
  record Setting(EngineChoice engine, String client, ClientHttpRequestFactory factory) {
    RestClient restClient() {
      return RestClient.builder().requestFactory(factory).build();
    }

    GreenletRuntime runtime() {
      return runtime(engine);
    }

    static GreenletRuntime runtime(EngineChoice engine) {
      return GreenletRuntime.builder().engine(engine).hubs(1).build();
    }

    static <T extends @Nullable Object> GreenletTask<T> onHub(
        GreenletRuntime runtime, Callable<T> body) {
      return runtime.spawn(SpawnOptions.defaults().on(runtime.hubs().getFirst()), body);
    }

    @Override
    public String toString() {
      return engine + " " + client;
    }
  }
}
