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

/** Jetty: connects the requests of all connectors. Thread-safe. */
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
   * Jetty's view of one request. It uses Jetty's own request below that of the servlet API: its
   * completion listeners are always notified, after the handler has returned and the response is
   * complete or aborted; those of the servlet API are not.
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

    /** Ends the lifecycle of a request that is complete or has failed. */
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

    /**
     * Registers for resets of streams of HTTP/2 and the end of their connection, which Jetty
     * reports.
     */
    @Override
    public void reportDisconnect() {
      if (isShared()) {
        request.addFailureListener(
            failure -> {
              if (failure instanceof IOException) { // not a timeout of Jetty
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

    /** Returns whether the response ends with its headers, as for HEAD or with 204. */
    private boolean isBodiless() {
      return switch (request.getServletContextResponse().getStatus()) {
        case 204, 205, 304 -> true;
        default -> HttpMethod.HEAD.is(request.getMethod());
      };
    }

    /**
     * Returns whether the last write is incomplete; {@code false} over HTTP/2, where it is not
     * known.
     */
    private boolean isWriting() {
      return !isShared()
          && request.getConnectionMetaData().getConnection().getEndPoint()
              instanceof AbstractEndPoint end
          && end.getWriteFlusher().isPending();
    }

    @Override
    public boolean blocksAtEnd() {
      return false;
    }
  }
}
