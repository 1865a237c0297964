package dev.greenlet.spring.web.jetty;

import dev.greenlet.spring.web.ContainerRequest;
import dev.greenlet.spring.web.RequestLifecycle;
import dev.greenlet.spring.web.ServletContainer;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.eclipse.jetty.ee11.servlet.ServletApiRequest;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/** The requests of all connectors. */
public final class JettyContainer implements ServletContainer {

  /** Creates the container. */
  public JettyContainer() {}

  @Override
  public @Nullable ContainerRequest connect(ServletRequest request, RequestLifecycle lifecycle) {
    ServletRequest own = request;
    while (own instanceof ServletRequestWrapper wrapper) {
      own = wrapper.getRequest();
    }
    return own instanceof ServletApiRequest
        ? View.connect(ServletContextRequest.getServletContextRequest(own), lifecycle)
        : null;
  }

  /**
   * Jetty's view of one request: the one below the servlet's, whose completion listeners are always
   * notified, once its handler has returned and its response is complete or aborted. Those of the
   * servlet API are not.
   *
   * @param request the request
   * @param lifecycle its lifecycle
   */
  private record View(ServletContextRequest request, RequestLifecycle lifecycle)
      implements ContainerRequest, Consumer<@Nullable Throwable> {

    static View connect(ServletContextRequest request, RequestLifecycle lifecycle) {
      View connected = new View(request, lifecycle);
      Request.addCompletionListener(request, connected);
      return connected;
    }

    /** The request is complete, or has failed. */
    @Override
    public void accept(@Nullable Throwable failure) {
      lifecycle.end();
    }

    @Override
    public @Nullable SocketChannel channel() {
      return !isShared()
              && request.getConnectionMetaData().getConnection().getEndPoint()
                  instanceof SocketChannelEndPoint end
          ? end.getChannel()
          : null;
    }

    /** Jetty reports resets of the streams of HTTP/2, and the end of their connection. */
    @Override
    public void reportDisconnect() {
      if (isShared()) {
        request.addFailureListener(
            failure -> {
              if (failure instanceof IOException) { // and no timeout of Jetty's
                lifecycle.disconnect();
              }
            });
      }
    }

    private boolean isShared() {
      ConnectionMetaData connection = request.getConnectionMetaData();
      return connection.getHttpVersion().compareTo(HttpVersion.HTTP_2) >= 0;
    }

    @Override
    public boolean isResponseComplete() {
      Response response = request.getServletContextResponse();
      return (response.hasLastWrite() || isBodiless() && response.isCommitted()) && !isWriting();
    }

    /** Whether the answer ends with its headers, as of HEAD and of 204. */
    private boolean isBodiless() {
      return switch (request.getServletContextResponse().getStatus()) {
        case 204, 205, 304 -> true;
        default -> HttpMethod.HEAD.is(request.getMethod());
      };
    }

    /** Whether the socket has not taken all of what was written last; unknown over HTTP/2. */
    private boolean isWriting() {
      return !isShared()
          && request.getConnectionMetaData().getConnection().getEndPoint()
              instanceof AbstractEndPoint end
          && end.getWriteFlusher().isPending();
    }

    @Override
    public boolean blocksAtItsEnd() {
      return false;
    }
  }
}
