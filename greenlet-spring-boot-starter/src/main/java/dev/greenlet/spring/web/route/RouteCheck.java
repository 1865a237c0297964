package dev.greenlet.spring.web.route;

import dev.greenlet.spring.web.route.Route.Placement;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.util.UriTemplate;

/**
 * Looks at the start whether the path variables that routes name outright are those of the mapped
 * paths.
 */
public final class RouteCheck implements SmartInitializingSingleton {
  private final RouteTable routes;
  private final Supplier<Stream<RequestMappingInfoHandlerMapping>> mappings;

  /**
   * Creates a check.
   *
   * @param routes the routes
   * @param mappings what maps paths to handlers
   */
  public RouteCheck(
      RouteTable routes, Supplier<Stream<RequestMappingInfoHandlerMapping>> mappings) {
    this.routes = routes;
    this.mappings = mappings;
  }

  @Override
  public void afterSingletonsInstantiated() {
    mappings.get().forEach(mapping -> mapping.getHandlerMethods().forEach(this::check));
  }

  private void check(RequestMappingInfo paths, HandlerMethod handler) {
    Route route = routes.find(handler.getMethod(), handler.getBeanType());
    if (route == null) {
      return;
    }
    Set<String> known =
        paths.getPatternValues().stream()
            .flatMap(pattern -> new UriTemplate(pattern).getVariableNames().stream())
            .map(name -> name.startsWith("*") ? name.substring(1) : name)
            .collect(Collectors.toCollection(TreeSet::new));
    if (route.placement() instanceof Placement.ByKey(KeyExpression key)) {
      check("key", key.toString(), key.pathVariables(), known, handler.getMethod());
    }
    NameTemplate name = route.name();
    if (name != null) {
      check("name", name.text(), name.variables(), known, handler.getMethod());
    }
  }

  private static void check(
      String attribute, String text, Set<String> used, Set<String> known, Method handler) {
    Set<String> unknown = new HashSet<>(used);
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new InvalidGreenletException(
          handler,
          "'%s' must use only path variables of the mapping, was '%s' with '%s'"
              .formatted(attribute, text, unknown.iterator().next()),
          known.isEmpty()
              ? "The mapping has no path variables: add one, or use an argument."
              : "Use one of %s.".formatted(known),
          null);
    }
  }
}
