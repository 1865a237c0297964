package dev.greenlet.spring.web.route;

import dev.greenlet.spring.web.route.Route.Placement;
import java.util.List;
import java.util.Optional;

/** The route of a handler method of Spring MVC, and the arguments in its key. Immutable. */
final class HandlerRoute {
  private final Route route;
  private final int parameters;
  private final List<KeyArgument> keyArguments;

  HandlerRoute(Route route, int parameters, List<KeyArgument> keyArguments) {
    this.route = route;
    this.parameters = parameters;
    this.keyArguments = List.copyOf(keyArguments);
  }

  Route route() {
    return route;
  }

  /** Returns the number of parameters of the handler. */
  int parameters() {
    return parameters;
  }

  List<KeyArgument> keyArguments() {
    return keyArguments;
  }

  /** Returns the key, if the placement is by key. */
  Optional<KeyExpression> key() {
    return route.placement() instanceof Placement.ByKey(KeyExpression key)
        ? Optional.of(key)
        : Optional.empty();
  }

  /**
   * Returns the moment at which the key is known, if that is only while the handler adapter
   * resolves arguments.
   */
  Optional<String> deferredUntil() {
    return keyArguments.stream()
        .filter(KeyArgument.Deferred.class::isInstance)
        .map(argument -> ((KeyArgument.Deferred) argument).when())
        .findFirst();
  }
}
