package dev.greenlet.spring.web.route;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.web.turn.KeyedMutex;
import java.lang.reflect.Method;
import java.util.function.Supplier;

/** The routes of handlers that are no controllers. Thread-safe. */
public final class MessageRoutes {
  private final RouteTable routes;
  private final RoutedCalls calls;

  /**
   * Creates routes.
   *
   * @param routes where names of hubs are known
   * @param runtime where the greenlets live, asked for when the first message comes
   * @param turns the turns of exclusive handlers, asked for when the first one comes
   */
  public MessageRoutes(
      RouteTable routes, Supplier<GreenletRuntime> runtime, Supplier<KeyedMutex> turns) {
    this.routes = routes;
    this.calls = new RoutedCalls(runtime, turns);
  }

  /**
   * The route of a handler: the hub that its annotation asks for, else the shared lane.
   *
   * @param handler the class of the handler
   * @param callback a method that it has, whose only argument is what a key may use
   * @return the route
   * @throws InvalidGreenletException if the annotation makes no sense
   */
  public MessageRoute of(Class<?> handler, Method callback) {
    Route route = routes.findForMessages(handler, callback);
    return route == null ? new UnroutedMessages(calls) : new RoutedMessages(calls, route);
  }
}
