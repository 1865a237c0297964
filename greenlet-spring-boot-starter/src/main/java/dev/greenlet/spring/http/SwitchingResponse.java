package dev.greenlet.spring.http;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

/** A response whose head has come, and whose body is read at switch points. */
final class SwitchingResponse implements ClientHttpResponse {
  private final ClientHttpResponse delegate;
  private final WaitReason reason;
  private final AbortMeans means;
  private @Nullable InputStream body;

  SwitchingResponse(ClientHttpResponse delegate, WaitReason reason, AbortMeans means) {
    this.delegate = delegate;
    this.reason = reason;
    this.means = means;
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
      known = new SwitchingInputStream(delegate.getBody(), reason, means);
      body = known;
    }
    return known;
  }

  @Override
  public void close() {
    SwitchPoint wait = SwitchPoint.enterToCleanUp(reason);
    try {
      delegate.close();
    } finally {
      wait.close();
    }
  }
}
