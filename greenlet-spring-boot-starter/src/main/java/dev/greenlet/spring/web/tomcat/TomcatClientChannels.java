package dev.greenlet.spring.web.tomcat;

import dev.greenlet.spring.web.presence.ClientChannels;
import jakarta.servlet.ServletRequest;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.jspecify.annotations.Nullable;

/**
 * The channel of the connection whose task runs. Tomcat's request does not tell; the streams of
 * HTTP/2 have tasks of another sort.
 */
public final class TomcatClientChannels implements ClientChannels {
  private static final ThreadLocal<@Nullable SocketChannel> CURRENT = new ThreadLocal<>();

  /** Creates the channels of all connectors whose protocol tells. */
  public TomcatClientChannels() {}

  @Override
  public @Nullable SocketChannel of(ServletRequest request) {
    return CURRENT.get();
  }

  /** Runs the task of a connection. */
  static void run(@Nullable NioChannel connection, Runnable task) {
    CURRENT.set(connection == null ? null : connection.getIOChannel());
    try {
      task.run();
    } finally {
      CURRENT.remove();
    }
  }
}
