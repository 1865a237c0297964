package dev.greenlet.spring.web.route;

import dev.greenlet.BlockingCall;
import org.jspecify.annotations.Nullable;

/** Where a handler is called that is no controller: one for messages of a session, say. */
public sealed interface MessageRoute permits UnroutedMessages, RoutedMessages {

  /**
   * Makes a call where it belongs, and comes back. The caller must be a greenlet. A switch point.
   *
   * @param handler the handler, over whose methods keys may go
   * @param session what the key is made of
   * @param call the call of the handler
   * @param <T> what it returns
   * @return its result
   * @throws Exception if it fails, if it has no key, or if too many wait for its turn
   * @throws dev.greenlet.GreenletExit if the greenlet is killed
   */
  <T extends @Nullable Object> T call(
      Object handler, Object session, BlockingCall<T, Exception> call) throws Exception;
}
