package dev.greenlet.spring.web.jetty;

import dev.greenlet.spring.web.presence.ClientChannels;
import jakarta.servlet.ServletRequest;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.jspecify.annotations.Nullable;

/** The channel at the end of a connection of HTTP/1. */
public final class JettyClientChannels implements ClientChannels {

  /** Creates the channels of all connectors. */
  public JettyClientChannels() {}

  @Override
  public @Nullable SocketChannel of(ServletRequest request) {
    ConnectionMetaData connection =
        ServletContextRequest.getServletContextRequest(request).getConnectionMetaData();
    return connection.getHttpVersion().compareTo(HttpVersion.HTTP_2) < 0
            && connection.getConnection().getEndPoint() instanceof SocketChannelEndPoint end
        ? end.getChannel()
        : null;
  }
}
