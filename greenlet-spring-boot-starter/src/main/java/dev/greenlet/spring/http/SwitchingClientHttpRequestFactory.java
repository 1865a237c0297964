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
 * for the answer's head, every read of its body, and closing. Boot's builders have it already; a
 * client built by hand gets it so:
 *
 * <pre>{@code
 * RestClient.builder()
 *     .requestFactory(SwitchingClientHttpRequestFactory.around(new JdkClientHttpRequestFactory()))
 *     .build();
 * }</pre>
 *
 * <p>A kill is delivered before a request is sent and before a read, and aborts the exchange in all
 * its waits: by an interrupt on the JDK's clients, on the others by the client's own means, which
 * only Boot's builders tell; made by hand, those end by their own timeouts. Off a greenlet the
 * requests are those of the other factory. Interceptors and buffers belong around this factory, not
 * inside of it: what runs inside runs without the lane.
 *
 * <p>Thread-safe if the other factory is.
 */
public final class SwitchingClientHttpRequestFactory
    implements ClientHttpRequestFactory, DisposableBean {
  private final ClientHttpRequestFactory delegate;
  private final AbortStrategy means;

  private SwitchingClientHttpRequestFactory(ClientHttpRequestFactory delegate) {
    this.delegate = delegate;
    this.means = AbortStrategy.of(delegate);
  }

  /**
   * Wraps a factory, unless it is wrapped already.
   *
   * @param factory makes the requests
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
        ? new StreamingSwitchingRequest(request, means)
        : new SwitchingRequest(request, means);
  }

  /**
   * Lets go what the other factory holds, if it holds something.
   *
   * @throws Exception if that fails
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
