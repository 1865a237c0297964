package dev.greenlet.spring.web.route;

import dev.greenlet.BlockingCall;
import dev.greenlet.spring.web.route.RoutedCalls.TurnKey;
import dev.greenlet.spring.web.turn.KeyedMutex.Turn;
import org.jspecify.annotations.Nullable;

/** The route of a handler of messages with {@code @Greenlet}. */
record RoutedMessages(RoutedCalls calls, Route route) implements MessageRoute {

  @Override
  public <T extends @Nullable Object> T call(
      Object handler, Object session, BlockingCall<T, Exception> call) throws Exception {
    Object key = RoutedCalls.keyOf(route, handler, new Object[] {session}, null);
    return calls.onLane(calls.hubOf(route, key), () -> inTurn(key, call));
  }

  private <T extends @Nullable Object> T inTurn(Object key, BlockingCall<T, Exception> call)
      throws Exception {
    if (!route.exclusive()) {
      return call.call();
    }
    try (Turn _ = calls.awaitTurn(route, TurnKey.of(route, key))) {
      return call.call();
    }
  }
}
