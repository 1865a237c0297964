package dev.greenlet.spring.http;

import dev.greenlet.SwitchPoint;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

/** A response whose head has been read, and whose body is read at switch points. */
final class SwitchingResponse implements ClientHttpResponse {
  private final ClientHttpResponse delegate;
  private final ExchangeSwitchPoints waits;
  private @Nullable InputStream body;

  SwitchingResponse(ClientHttpResponse delegate, ExchangeSwitchPoints waits) {
    this.delegate = delegate;
    this.waits = waits;
  }

  @Override
  public HttpStatusCode getStatusCode() throws IOException {
    return delegate.getStatusCode();
  }

  @Override
  public String getStatusText() throws IOException {
    return delegate.getStatusText();
  }

  @Override
  public HttpHeaders getHeaders() {
    return delegate.getHeaders();
  }

  @Override
  public InputStream getBody() throws IOException {
    InputStream known = body;
    if (known == null) {
      known = new SwitchingInputStream(delegate.getBody(), waits);
      body = known;
    }
    return known;
  }

  @Override
  public void close() {
    SwitchPoint entered = waits.enterToEnd();
    try {
      if (waits.abort().isAborted()) {
        dropBody();
      }
      delegate.close();
    } finally {
      waits.leave(entered);
    }
  }

  /**
   * Closes the body, as most clients would read the rest of an open one to reuse the connection.
   */
  private void dropBody() {
    try {
      delegate.getBody().close();
    } catch (IOException | RuntimeException torn) {
      // expected: the exchange was aborted
    }
  }
}
