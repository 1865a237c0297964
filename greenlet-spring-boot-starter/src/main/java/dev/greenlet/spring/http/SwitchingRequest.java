package dev.greenlet.spring.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;

/** A request whose execution is a switch point. */
class SwitchingRequest implements ClientHttpRequest {
  private final ClientHttpRequest delegate;
  final Exchange exchange;

  SwitchingRequest(ClientHttpRequest delegate, AbortStrategy strategy) {
    this.delegate = delegate;
    this.exchange = new Exchange(strategy);
  }

  @Override
  public final ClientHttpResponse execute() throws IOException {
    return exchange.execute(delegate);
  }

  @Override
  public final HttpMethod getMethod() {
    return delegate.getMethod();
  }

  @Override
  public final URI getURI() {
    return delegate.getURI();
  }

  @Override
  public final Map<String, Object> getAttributes() {
    return delegate.getAttributes();
  }

  @Override
  public final HttpHeaders getHeaders() {
    return delegate.getHeaders();
  }

  @Override
  public final OutputStream getBody() throws IOException {
    return delegate.getBody();
  }
}
