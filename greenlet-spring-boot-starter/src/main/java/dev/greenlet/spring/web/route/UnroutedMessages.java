package dev.greenlet.spring.web.route;

import dev.greenlet.BlockingCall;
import org.jspecify.annotations.Nullable;

/** The route of a handler of messages without annotation: the shared lane. */
record UnroutedMessages(RoutedCalls calls) implements MessageRoute {

  @Override
  public <T extends @Nullable Object> T call(
      Object handler, Object session, BlockingCall<T, Exception> call) throws Exception {
    return calls.onLane(calls.sharedLane(), call);
  }
}
