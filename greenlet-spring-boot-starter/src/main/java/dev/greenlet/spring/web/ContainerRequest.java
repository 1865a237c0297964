package dev.greenlet.spring.web;

import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The container's view of one request. Valid until the lifecycle of the request ends; the container
 * may use the object for another request afterwards.
 */
public interface ContainerRequest {

  /**
   * Returns the channel of the connection. Any thread; does not block.
   *
   * @return a non-blocking channel that serves no other request meanwhile, or {@code null} if there
   *     is no such channel, as for the streams of HTTP/2
   */
  @Nullable SocketChannel channel();

  /**
   * Has the container report a disconnect of the client to the lifecycle of the request, if it can
   * and there is no channel to watch. The thread of the first dispatch; does not block.
   */
  void reportDisconnect();

  /**
   * Returns whether the container has passed the last byte of the response to the socket. Any
   * thread; does not block. The answer may lag until the writing thread gives up its lane.
   *
   * @return whether the response is complete; {@code false} if the container cannot tell
   */
  boolean isResponseComplete();

  /**
   * Returns whether the container sends what is left of a response after the filters, and blocks
   * the thread until that is done. Any thread; does not block.
   *
   * @return whether it blocks
   */
  boolean blocksAtItsEnd();
}
