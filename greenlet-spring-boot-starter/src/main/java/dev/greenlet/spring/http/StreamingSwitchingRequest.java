package dev.greenlet.spring.http;

import java.io.IOException;
import java.io.OutputStream;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.ClientHttpRequest;

/** A request that writes its body while it is executed. */
final class StreamingSwitchingRequest extends SwitchingRequest
    implements StreamingHttpOutputMessage {
  private final StreamingHttpOutputMessage delegate;

  StreamingSwitchingRequest(ClientHttpRequest delegate, AbortStrategy strategy) {
    super(delegate, strategy);
    this.delegate = (StreamingHttpOutputMessage) delegate;
  }

  @Override
  public void setBody(Body body) {
    delegate.setBody(
        new Body() {
          @Override
          public void writeTo(OutputStream out) throws IOException {
            exchange.write(body, out);
          }

          @Override
          public boolean repeatable() {
            return body.repeatable();
          }
        });
  }

  @Override
  public void setBody(byte[] body) throws IOException {
    delegate.setBody(body); // no application code writes these
  }
}
