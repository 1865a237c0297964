package dev.greenlet.spring.web.presence;

import jakarta.servlet.ServletRequest;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Knows how to find out that the client of a request has gone. One implementation for each
 * container.
 */
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

  /**
   * Has the container tell that the client of a request has gone, if there is no channel to look
   * at. The thread that handles the request, before the application sees it.
   *
   * @param request the request, as the container made it
   * @param gone what to do then, by any thread; does not block
   * @return whether the container tells
   */
  default boolean onGone(ServletRequest request, Runnable gone) {
    return false;
  }
}
