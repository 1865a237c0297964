package dev.greenlet.spring.http;

import dev.greenlet.Greenlets;
import dev.greenlet.Registration;
import dev.greenlet.WaitHint;
import dev.greenlet.WaitReason;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

/**
 * Shows what a greenlet waits for while it waits for a response of a {@code WebClient}: {@code
 * http}, with method, host and the template of the path, from the subscription until the body is
 * complete. It adds no switch point: {@link dev.greenlet.reactive.Publishers#await} is one, and on
 * the native engine {@code block()} too.
 *
 * <p>If a greenlet waits for several exchanges at once, the last one is shown. Thread-safe; does
 * not block.
 */
public final class ExpectedExchangeFilter implements ExchangeFilterFunction {
  private static final String TEMPLATE =
      "org.springframework.web.reactive.function.client.WebClient.uriTemplate";

  /** Creates a filter. */
  public ExpectedExchangeFilter() {}

  @Override
  public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
    if (Greenlets.currentOrNull() == null) {
      return next.exchange(request);
    }
    Registration expected = WaitHint.of(reasonOf(request));
    return next.exchange(request)
        .map(
            response ->
                response.mutate().body(body -> body.doFinally(end -> expected.close())).build())
        .doOnError(failure -> expected.close())
        .doOnCancel(expected::close);
  }

  private static WaitReason reasonOf(ClientRequest request) {
    return new WaitReason(
        WaitReason.HTTP,
        ExchangeName.of(request.method(), request.url(), request.attributes().get(TEMPLATE)));
  }
}
