package dev.greenlet.spring.web.route;

import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.route.Route.Placement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.stereotype.Controller;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RequestMapping;

/**
 * The routes of all handler methods. Groups are numbered in the order in which they are declared or
 * met, which spreads them evenly over the hubs. Thread-safe.
 */
public final class RouteTable {
  private static final String SPRINGS_OWN = "org.springframework.";

  private final Supplier<RouteRules> rules;
  private final ConcurrentMap<MethodClassKey, Optional<Route>> routes = new ConcurrentHashMap<>();
  private final Map<String, Integer> ordinals = new HashMap<>(); // guarded by itself

  /**
   * Creates a table.
   *
   * @param rules what the application says, asked for when the first controller is created
   */
  public RouteTable(Supplier<RouteRules> rules) {
    this.rules = rules;
  }

  /** Whether a class may have routes at all. */
  static boolean isController(Class<?> type) {
    return AnnotatedElementUtils.hasAnnotation(ClassUtils.getUserClass(type), Controller.class);
  }

  /**
   * The route of a method, or {@code null} for one that handles no requests or has not opted in.
   *
   * @throws InvalidGreenletException if the annotation makes no sense
   */
  @Nullable Route find(Method method, Class<?> targetClass) {
    MethodClassKey key = new MethodClassKey(method, targetClass);
    Optional<Route> known = routes.get(key);
    if (known == null) {
      // not within the map: the rules may be made on the way
      known = Optional.ofNullable(read(method, ClassUtils.getUserClass(targetClass)));
      routes.put(key, known);
    }
    return known.orElse(null);
  }

  private @Nullable Route read(Method method, Class<?> controller) {
    Method handler = AopUtils.getMostSpecificMethod(method, controller);
    if (!AnnotatedElementUtils.hasAnnotation(handler, RequestMapping.class)) {
      return null;
    }
    Greenlet greenlet = annotationOf(handler, controller);
    if (greenlet == null) {
      return null;
    }
    refuseFinal(handler, controller);
    return route(greenlet, handler, controller);
  }

  /**
   * The route of a class that handles messages, or {@code null} for one that has not opted in.
   *
   * @throws InvalidGreenletException if the annotation makes no sense
   */
  @Nullable Route findForMessages(Class<?> handler, Method callback) {
    Greenlet greenlet = AnnotatedElementUtils.findMergedAnnotation(handler, Greenlet.class);
    if (greenlet == null) {
      return null;
    }
    try {
      refuseWhatOnlyRequestsHave(greenlet, callback);
      return route(greenlet, callback, handler);
    } catch (InvalidGreenletException invalid) {
      throw invalid.on(handler);
    }
  }

  private static void refuseWhatOnlyRequestsHave(Greenlet greenlet, Method callback) {
    if (!greenlet.timeout().isEmpty() || !greenlet.name().isEmpty()) {
      throw new InvalidGreenletException(
          callback,
          "'timeout' and 'name' are for requests, was on a handler of messages",
          "Remove them; Deadline.open within the handler gives a message a limit of time.",
          null);
    }
    if (!greenlet.key().isEmpty() && KeyExpression.parse(greenlet.key(), callback).usesRequest()) {
      throw new InvalidGreenletException(
          callback,
          "'key' must not use #path or #headers, which are of a request, was '%s'"
              .formatted(greenlet.key()),
          "Use the session: key = \"#session.id\", or what the handshake left in"
              + " \"#session.attributes['room']\".",
          null);
    }
  }

  private @Nullable Greenlet annotationOf(Method handler, Class<?> controller) {
    Greenlet greenlet = AnnotatedElementUtils.findMergedAnnotation(handler, Greenlet.class);
    if (greenlet == null) {
      greenlet = AnnotatedElementUtils.findMergedAnnotation(controller, Greenlet.class);
    }
    if (greenlet == null
        && rules.get().everyController()
        && !controller.getName().startsWith(SPRINGS_OWN)) {
      greenlet = AnnotationUtils.synthesizeAnnotation(Greenlet.class);
    }
    return greenlet;
  }

  /** What cannot be overridden would run where it is called, and nobody would notice. */
  private static void refuseFinal(Method handler, Class<?> controller) {
    boolean finalClass = Modifier.isFinal(controller.getModifiers());
    int closed = Modifier.FINAL | Modifier.PRIVATE | Modifier.STATIC;
    if (finalClass || (handler.getModifiers() & closed) != 0) {
      throw new InvalidGreenletException(
          handler,
          "%s must be open to a proxy, was '%s'"
              .formatted(
                  finalClass ? "the class" : "the method",
                  Modifier.toString(
                      finalClass
                          ? controller.getModifiers() & Modifier.FINAL
                          : handler.getModifiers() & closed)),
          "Remove the modifier, or the annotation, or set greenlet.web.scope=annotated if there is"
              + " none.",
          null);
    }
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
    if (named) {
      refuseUnknown(greenlet.hub(), handler);
    }
    String group = named ? greenlet.hub() : controller.getName();
    Placement placement =
        greenlet.spread()
            ? new Placement.Anywhere()
            : keyed
                ? new Placement.ByKey(KeyExpression.parse(greenlet.key(), handler))
                : new Placement.OnHub(ordinalOf(group));
    NameTemplate name = greenlet.name().isEmpty() ? null : new NameTemplate(greenlet.name());
    return new Route(group, placement, greenlet.exclusive(), name);
  }

  private void refuseUnknown(String hub, Method handler) {
    List<String> known = rules.get().hubNames();
    if (!known.isEmpty() && !known.contains(hub)) {
      throw new InvalidGreenletException(
          handler,
          "'hub' must be one of 'greenlet.web.hub-names', was '%s'".formatted(hub),
          "Use one of %s, or add '%s' to 'greenlet.web.hub-names'.".formatted(known, hub),
          null);
    }
  }

  private int ordinalOf(String group) {
    synchronized (ordinals) {
      if (ordinals.isEmpty()) {
        rules.get().hubNames().forEach(name -> ordinals.putIfAbsent(name, ordinals.size()));
      }
      return ordinals.computeIfAbsent(group, newGroup -> ordinals.size());
    }
  }
}
