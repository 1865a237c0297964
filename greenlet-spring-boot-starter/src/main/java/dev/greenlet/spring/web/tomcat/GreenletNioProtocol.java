package dev.greenlet.spring.web.tomcat;

import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketProcessorBase;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Tomcat's NIO protocol whose tasks and requests know the connection they serve, and which reports
 * the end of each request. Tomcat creates it by its class name. Thread-safe.
 */
public final class GreenletNioProtocol extends Http11NioProtocol {

  /** Creates a protocol. */
  public GreenletNioProtocol() {
    super(new Endpoint());
  }

  @Override
  public void setAdapter(Adapter adapter) {
    super.setAdapter(new CompletionAdapter(adapter));
  }

  @Override
  protected Processor createProcessor() {
    return new GreenletProcessor(this, getAdapter());
  }

  private static final class Endpoint extends NioEndpoint {
    @Override
    protected SocketProcessorBase<NioChannel> createSocketProcessor(
        SocketWrapperBase<NioChannel> connection, SocketEvent event) {
      return new Task(connection, event);
    }

    private final class Task extends SocketProcessor implements ConnectionTask {
      private Task(SocketWrapperBase<NioChannel> connection, SocketEvent event) {
        super(connection, event);
      }

      @Override
      public Object connection() {
        return socketWrapper; // tasks are reused for other connections
      }
    }
  }
}
