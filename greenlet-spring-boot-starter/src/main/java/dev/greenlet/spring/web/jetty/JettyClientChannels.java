package dev.greenlet.spring.web.jetty;

import dev.greenlet.spring.web.presence.ClientChannels;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The channel at the end of a connection of HTTP/1. Of the streams of HTTP/2 Jetty tells when they
 * are reset, and when their connection ends.
 */
public final class JettyClientChannels implements ClientChannels {

  /** Creates the channels of all connectors. */
  public JettyClientChannels() {}

  @Override
  public @Nullable SocketChannel of(ServletRequest request) {
    ConnectionMetaData connection = requestOf(request).getConnectionMetaData();
    return !isShared(connection)
            && connection.getConnection().getEndPoint() instanceof SocketChannelEndPoint end
        ? end.getChannel()
        : null;
  }

  @Override
  public boolean onGone(ServletRequest request, Runnable gone) {
    Request told = requestOf(request);
    if (!isShared(told.getConnectionMetaData())) {
      return false;
    }
    told.addFailureListener(
        failure -> {
          if (failure instanceof IOException) { // and no timeout of Jetty's
            gone.run();
          }
        });
    return true;
  }

  private static boolean isShared(ConnectionMetaData connection) {
    return connection.getHttpVersion().compareTo(HttpVersion.HTTP_2) >= 0;
  }

  private static Request requestOf(ServletRequest request) {
    return ServletContextRequest.getServletContextRequest(request);
  }
}
