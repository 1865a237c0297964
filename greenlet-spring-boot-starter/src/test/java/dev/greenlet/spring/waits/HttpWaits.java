package dev.greenlet.spring.waits;

import dev.greenlet.reactive.Publishers;
import dev.greenlet.spring.http.HubSocketConnectionManagerBuilder;
import dev.greenlet.spring.http.SwitchingClientHttpRequestFactory;
import dev.greenlet.spring.http.TestServer;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** Waits for an answer of a server that gives none before it is told to. */
final class HttpWaits {
  private HttpWaits() {}

  /** A call that asks for an address. */
  @FunctionalInterface
  private interface Asking {
    void ask(String url) throws Exception;
  }

  private static Wait of(Asking asking, DisposableBean client) throws IOException {
    TestServer server = new TestServer();
    return new Wait() {
      @Override
      void begin() throws Exception {
        asking.ask(server.url("/head"));
      }

      @Override
      boolean isReached() {
        return server.requests() > 0;
      }

      @Override
      void end(Thread waiting) {
        server.openGate();
      }

      @Override
      void release() throws Exception {
        server.close();
        client.destroy();
      }
    };
  }

  static Wait restClient(Supplier<? extends ClientHttpRequestFactory> factories)
      throws IOException {
    ClientHttpRequestFactory factory = SwitchingClientHttpRequestFactory.around(factories.get());
    RestClient client = RestClient.builder().requestFactory(factory).build();
    return of(url -> client.get().uri(url).retrieve().body(String.class), (DisposableBean) factory);
  }

  static Wait plainRestClient(Supplier<? extends ClientHttpRequestFactory> factories)
      throws IOException {
    RestClient client = RestClient.builder().requestFactory(factories.get()).build();
    return of(url -> client.get().uri(url).retrieve().body(String.class), () -> {});
  }

  static ClientHttpRequestFactory apacheOnHubSockets() {
    return new HttpComponentsClientHttpRequestFactory(
        HttpClients.custom()
            .setConnectionManager(HubSocketConnectionManagerBuilder.create().build())
            .build());
  }

  static Wait awaitedWebClient() throws IOException {
    WebClient client = WebClient.create();
    return of(url -> Publishers.await(answer(client, url)), () -> {});
  }

  static Wait blockedWebClient() throws IOException {
    WebClient client = WebClient.create();
    return of(url -> answer(client, url).block(), () -> {});
  }

  private static Mono<String> answer(WebClient client, String url) {
    return client.get().uri(url).retrieve().bodyToMono(String.class);
  }
}
