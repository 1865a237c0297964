package dev.greenlet.spring.web.tomcat;

import dev.greenlet.spring.web.ContainerRequest;
import dev.greenlet.spring.web.RequestLifecycle;
import java.nio.channels.SocketChannel;
import java.util.function.Supplier;
import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's view of the request that a pair of its request and response objects represents. Tomcat
 * reuses the pair, and this object with it, for one request after the other. Thread-safe.
 */
final class TomcatRequest implements ContainerRequest {
  /** The name of the request attribute that holds the view. */
  static final String ATTRIBUTE = TomcatRequest.class.getName();

  private static final int NOTE = 20; // notes below 17 are Tomcat's own

  private final Request request;
  private final Response response;
  private final Supplier<@Nullable SocketWrapperBase<?>> connection;
  private volatile @Nullable RequestLifecycle lifecycle;

  private TomcatRequest(
      Request request, Response response, Supplier<@Nullable SocketWrapperBase<?>> connection) {
    this.request = request;
    this.response = response;
    this.connection = connection;
  }

  /** Creates the view of the successive requests of a connection of HTTP/1. */
  static void create(
      Request request, Response response, Supplier<@Nullable SocketWrapperBase<?>> connection) {
    request.setNote(NOTE, new TomcatRequest(request, response, connection));
  }

  /**
   * Returns the view of a request; if none was created, as for HTTP/2, one without a connection.
   */
  static TomcatRequest of(Request request, Response response) {
    if (request.getNote(NOTE) instanceof TomcatRequest known) {
      return known;
    }
    TomcatRequest created = new TomcatRequest(request, response, () -> null);
    request.setNote(NOTE, created);
    return created;
  }

  /** Sets the lifecycle of the current request. */
  void connect(RequestLifecycle opened) {
    lifecycle = opened;
  }

  /** Ends the lifecycle of the current request, if it was opened. A thread of the container. */
  void end() {
    RequestLifecycle open = lifecycle;
    if (open != null) {
      lifecycle = null;
      open.end();
    }
  }

  @Override
  public @Nullable SocketChannel channel() {
    SocketWrapperBase<?> wrapper = connection.get();
    return wrapper != null && wrapper.getSocket() instanceof NioChannel channel
        ? channel.getIOChannel()
        : null;
  }

  @Override
  public void reportDisconnect() {
    // Tomcat does not report resets of the streams of HTTP/2
  }

  @Override
  public boolean isResponseComplete() {
    SocketWrapperBase<?> wrapper = connection.get();
    return isWritten() && (wrapper == null || !wrapper.hasDataToWrite());
  }

  @Override
  public boolean blocksAtEnd() {
    return true;
  }

  private boolean isWritten() {
    return isBodiless() && response.isCommitted() || isBodyWritten();
  }

  /** Returns whether the response ends with its headers, as for HEAD or with 204. */
  private boolean isBodiless() {
    return switch (response.getStatus()) {
      case 204, 205, 304 -> true;
      default -> "HEAD".equals(request.getMethod());
    };
  }

  private boolean isBodyWritten() {
    long length = response.getContentLengthLong();
    return length >= 0 && response.isCommitted() && response.getContentWritten() >= length
        || response.getNote(CoyoteAdapter.ADAPTER_NOTES)
                instanceof org.apache.catalina.connector.Response servletResponse
            && servletResponse.isClosed();
  }
}
