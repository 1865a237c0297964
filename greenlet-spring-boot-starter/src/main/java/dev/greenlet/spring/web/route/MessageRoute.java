package dev.greenlet.spring.web.route;

import dev.greenlet.BlockingCall;
import org.jspecify.annotations.Nullable;

/**
 * The lane and the turn of a handler that is not a controller, such as one for the messages of a
 * session. Thread-safe.
 */
public sealed interface MessageRoute permits UnroutedMessages, RoutedMessages {

  /**
   * Makes a call on the lane of the route, and returns to the lane of the caller. The caller must
   * be a greenlet. A switch point.
   *
   * @param handler the handler, whose methods the key may use
   * @param session the argument of the key
   * @param call the call of the handler
   * @param <T> the type of the result
   * @return the result of the call
   * @throws Exception if the call throws it, if the key is {@code null}, or if the queue for the
   *     turn is full
   * @throws dev.greenlet.GreenletExit if the greenlet is killed
   */
  <T extends @Nullable Object> T call(
      Object handler, Object session, BlockingCall<T, Exception> call) throws Exception;
}
