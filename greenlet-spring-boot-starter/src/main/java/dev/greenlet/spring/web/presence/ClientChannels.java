package dev.greenlet.spring.web.presence;

import jakarta.servlet.ServletRequest;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Knows the channel on which a request has come. One implementation for each container. */
@FunctionalInterface
public interface ClientChannels {

  /**
   * The channel of a request. The thread that handles the request, before the application sees it.
   *
   * @param request the request, as the container made it
   * @return a non-blocking channel that serves no other request meanwhile, or {@code null} if there
   *     is no such channel, as for the streams of HTTP/2
   */
  @Nullable SocketChannel of(ServletRequest request);
}
