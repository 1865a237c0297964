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
 * Tomcat's view of the request that a pair of its request and response objects stands for. Tomcat
 * uses the pair for one request after the other, and so is this.
 */
final class TomcatRequest implements ContainerRequest {
  /** Under which the filters find the object. */
  static final String ATTRIBUTE = TomcatRequest.class.getName();

  private static final int NOTE = 20; // those below 17 are Tomcat's own

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

  /** Creates the view of requests that come one after the other on a connection of their own. */
  static void create(
      Request request, Response response, Supplier<@Nullable SocketWrapperBase<?>> connection) {
    request.setNote(NOTE, new TomcatRequest(request, response, connection));
  }

  /** The view of a request; one without a connection if none was created, as for HTTP/2. */
  static TomcatRequest of(Request request, Response response) {
    if (request.getNote(NOTE) instanceof TomcatRequest known) {
      return known;
    }
    TomcatRequest created = new TomcatRequest(request, response, () -> null);
    request.setNote(NOTE, created);
    return created;
  }

  /** Notes whose requests the filters see from now on. */
  void connect(RequestLifecycle opened) {
    lifecycle = opened;
  }

  /** Ends the request, if the filters have seen one. A thread of the container. */
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
  public boolean blocksAtItsEnd() {
    return true;
  }

  private boolean isWritten() {
    return isBodiless() && response.isCommitted() || isBodyWritten();
  }

  /** Whether the answer ends with its headers, as of HEAD and of 204. */
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
