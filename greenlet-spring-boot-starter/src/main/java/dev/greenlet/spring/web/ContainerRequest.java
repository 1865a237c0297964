package dev.greenlet.spring.web;

import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The container's view of one request, an SPI that is implemented for each container;
 * implementations are thread-safe. Valid until the lifecycle of the request ends; the container may
 * reuse the object for another request afterwards.
 */
public interface ContainerRequest {

  /**
   * Returns the channel of the connection, if it serves no other request meanwhile. Any thread;
   * does not block.
   *
   * @return a non-blocking channel, or {@code null} if there is no such channel, as for streams of
   *     HTTP/2
   */
  @Nullable SocketChannel channel();

  /**
   * Makes the container report a disconnect of the client to the lifecycle of the request, if it
   * supports that and there is no channel to watch. The thread of the first dispatch; does not
   * block.
   */
  void reportDisconnect();

  /**
   * Returns whether the container has passed the last byte of the response to the socket. Any
   * thread; does not block. The result may lag until the writing thread gives up its lane.
   *
   * @return whether the response is complete; {@code false} if the container does not know
   */
  boolean isResponseComplete();

  /**
   * Returns whether the container sends the rest of a response after the filters, and blocks the
   * thread until it is sent. Any thread; does not block.
   *
   * @return whether it blocks
   */
  boolean blocksAtEnd();
}
