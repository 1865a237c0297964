package dev.greenlet.spring.http;

import java.io.IOException;
import java.net.URI;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.HttpMethod;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.AbstractClientHttpRequestFactoryWrapper;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * Makes the requests of another factory switch points of the kind {@code http}: sending, waiting
 * for the head of the response, each read of its body, and closing. Clients from Boot's builders
 * have it; other clients are wrapped as follows:
 *
 * <pre>{@code
 * RestClient.builder()
 *     .requestFactory(SwitchingClientHttpRequestFactory.around(new JdkClientHttpRequestFactory()))
 *     .build();
 * }</pre>
 *
 * <p>A kill or an expired deadline is delivered before a request is sent and before a read, and
 * aborts the exchange in each of its waits: on the JDK's clients by an interrupt, on the others by
 * a hook of the client that only Boot's builders add. Without the hook, the wait ends by the
 * client's own timeouts. A plain thread uses the requests of the other factory unchanged.
 * Interceptors and buffers belong around this factory, not inside of it: code inside of it runs
 * without the lane.
 *
 * <p>Thread-safe if the other factory is.
 */
public final class SwitchingClientHttpRequestFactory
    implements ClientHttpRequestFactory, DisposableBean {
  private final ClientHttpRequestFactory delegate;
  private final AbortStrategy strategy;

  private SwitchingClientHttpRequestFactory(ClientHttpRequestFactory delegate) {
    this.delegate = delegate;
    this.strategy = AbortStrategy.of(delegate);
  }

  /**
   * Wraps a factory, unless it is wrapped already.
   *
   * @param factory the factory to wrap
   * @return a factory whose requests are switch points
   */
  public static ClientHttpRequestFactory around(ClientHttpRequestFactory factory) {
    ClientHttpRequestFactory innermost = factory;
    while (innermost instanceof AbstractClientHttpRequestFactoryWrapper wrapper) {
      innermost = wrapper.getDelegate();
    }
    return innermost instanceof SwitchingClientHttpRequestFactory
        ? factory
        : new SwitchingClientHttpRequestFactory(factory);
  }

  @Override
  public ClientHttpRequest createRequest(URI uri, HttpMethod method) throws IOException {
    ClientHttpRequest request = delegate.createRequest(uri, method);
    return request instanceof StreamingHttpOutputMessage
        ? new StreamingSwitchingRequest(request, strategy)
        : new SwitchingRequest(request, strategy);
  }

  /**
   * Destroys the other factory, if it is a {@link DisposableBean}.
   *
   * @throws Exception if the other factory throws it
   */
  @Override
  public void destroy() throws Exception {
    if (delegate instanceof DisposableBean disposable) {
      disposable.destroy();
    }
  }

  @Override
  public String toString() {
    return "switching " + delegate;
  }
}
