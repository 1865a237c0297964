package dev.greenlet.spring.web;

import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.Route.Placement;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.stereotype.Controller;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RequestMapping;

/**
 * The routes of all handler methods. Groups are numbered in the order in which they are met, which
 * spreads them evenly over the hubs. Thread-safe.
 */
final class RouteTable {
  private final ConcurrentMap<MethodClassKey, Optional<Route>> routes = new ConcurrentHashMap<>();
  private final Map<String, Integer> ordinals = new HashMap<>();

  /** Whether a class may have routes at all. */
  boolean isController(Class<?> type) {
    return AnnotatedElementUtils.hasAnnotation(ClassUtils.getUserClass(type), Controller.class);
  }

  /**
   * The route of a method, or {@code null} for one that handles no requests or has not opted in.
   *
   * @throws InvalidGreenletException if the annotation makes no sense
   */
  @Nullable Route find(Method method, Class<?> targetClass) {
    return routes
        .computeIfAbsent(
            new MethodClassKey(method, targetClass),
            key -> Optional.ofNullable(read(method, ClassUtils.getUserClass(targetClass))))
        .orElse(null);
  }

  private @Nullable Route read(Method method, Class<?> controller) {
    Method handler = AopUtils.getMostSpecificMethod(method, controller);
    if (!AnnotatedElementUtils.hasAnnotation(handler, RequestMapping.class)) {
      return null;
    }
    Greenlet greenlet = AnnotatedElementUtils.findMergedAnnotation(handler, Greenlet.class);
    if (greenlet == null) {
      greenlet = AnnotatedElementUtils.findMergedAnnotation(controller, Greenlet.class);
    }
    return greenlet == null ? null : route(greenlet, handler, controller);
  }

  private Route route(Greenlet greenlet, Method handler, Class<?> controller) {
    boolean keyed = !greenlet.key().isEmpty();
    boolean named = !greenlet.hub().isEmpty();
    if (greenlet.spread() && (keyed || named || greenlet.exclusive())) {
      throw new InvalidGreenletException(
          handler,
          "'spread' must stand alone, was combined with "
              + (keyed ? "'key'" : named ? "'hub'" : "'exclusive'"),
          "Remove 'spread', which gives up the guarantee that the other attribute asks for.",
          null);
    }
    String group = named ? greenlet.hub() : controller.getName();
    Placement placement =
        greenlet.spread()
            ? new Placement.Anywhere()
            : keyed
                ? new Placement.ByKey(KeyExpression.parse(greenlet.key(), handler))
                : new Placement.OnHub(ordinalOf(group));
    return new Route(group, placement, greenlet.exclusive());
  }

  private synchronized int ordinalOf(String group) {
    return ordinals.computeIfAbsent(group, newGroup -> ordinals.size());
  }
}
