package dev.greenlet.spring.web.route;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.web.turn.KeyedMutex;
import java.lang.reflect.Method;
import java.util.function.Supplier;

/** The routes of handlers that are not controllers. Thread-safe. */
public final class MessageRoutes {
  private final RouteTable routes;
  private final RoutedCalls calls;

  /**
   * Creates the routes.
   *
   * @param routes reads the routes of handlers
   * @param runtime supplies the runtime of the greenlets, first used for the first message
   * @param turns supplies the mutex of exclusive handlers, first used for the first exclusive
   *     message
   */
  public MessageRoutes(
      RouteTable routes, Supplier<GreenletRuntime> runtime, Supplier<KeyedMutex> turns) {
    this.routes = routes;
    this.calls = new RoutedCalls(runtime, turns);
  }

  /**
   * Returns the route of a handler: the hub of its annotation, or else the shared lane.
   *
   * @param handler the class of the handler
   * @param callback a method of it, whose only argument the key may use
   * @return the route
   * @throws InvalidGreenletException if the annotation is invalid
   */
  public MessageRoute of(Class<?> handler, Method callback) {
    Route route = routes.findForMessages(handler, callback);
    return route == null ? new UnroutedMessages(calls) : new RoutedMessages(calls, route);
  }
}
