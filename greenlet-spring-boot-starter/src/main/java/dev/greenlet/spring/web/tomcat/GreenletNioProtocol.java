package dev.greenlet.spring.web.tomcat;

import org.apache.coyote.Adapter;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketProcessorBase;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Tomcat's own HTTP protocol, whose tasks can tell which connection they serve, and whose
 * asynchronous requests always complete. Tomcat makes it by its name.
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
        return socketWrapper; // tasks are used again, for other connections
      }

      @Override
      protected void doRun() {
        TomcatClientChannels.run(socketWrapper.getSocket(), super::doRun);
      }
    }
  }
}
