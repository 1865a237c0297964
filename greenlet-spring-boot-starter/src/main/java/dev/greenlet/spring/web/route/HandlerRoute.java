package dev.greenlet.spring.web.route;

import dev.greenlet.spring.web.route.Route.Placement;
import java.util.List;
import java.util.Optional;

/** The route of a handler method of Spring MVC, and the arguments that its key names. */
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

  /** Returns how many parameters the handler has. */
  int parameters() {
    return parameters;
  }

  List<KeyArgument> keyArguments() {
    return keyArguments;
  }

  /** Returns the key, if there is one. */
  Optional<KeyExpression> key() {
    return route.placement() instanceof Placement.ByKey(KeyExpression key)
        ? Optional.of(key)
        : Optional.empty();
  }

  /** Returns when the key is known, if that is after the handler adapter has begun to work. */
  Optional<String> laterThanMapping() {
    return keyArguments.stream()
        .filter(KeyArgument.Later.class::isInstance)
        .map(argument -> ((KeyArgument.Later) argument).when())
        .findFirst();
  }
}
