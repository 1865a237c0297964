package dev.greenlet.spring.web.route;

import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.route.Route.Placement;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.KotlinDetector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/**
 * Reads the routes of handler methods. Groups are numbered in the order in which they are declared
 * or first used, which distributes them evenly over the hubs. Thread-safe.
 */
public final class RouteTable {
  private static final String SPRING_PACKAGE = "org.springframework.";

  private final Supplier<RouteRules> rules;
  private final Predicate<Method> hubKept;
  private final TimeLimits timeLimits;
  private final AnnotationTexts texts;
  private final Map<String, Integer> ordinals = new HashMap<>(); // guarded by itself

  /**
   * Creates a table.
   *
   * @param rules supplies the configuration, first used when a route is read
   * @param placeholders replaces placeholders by the values of properties, and throws {@link
   *     IllegalArgumentException} if a property is not set
   * @param hubKept returns whether the coroutine of a suspending function stays on its hub; called
   *     for each suspending function that is placed on a hub
   */
  public RouteTable(
      Supplier<RouteRules> rules, UnaryOperator<String> placeholders, Predicate<Method> hubKept) {
    this.rules = rules;
    this.hubKept = hubKept;
    this.timeLimits = new TimeLimits(placeholders);
    this.texts = new AnnotationTexts(placeholders);
  }

  /**
   * Returns the route of a handler method, or {@code null} if it has no annotation.
   *
   * @throws InvalidGreenletException if the annotation is invalid
   */
  @Nullable Route find(Method method, Class<?> targetClass) {
    Class<?> controller = ClassUtils.getUserClass(targetClass);
    Method handler = BridgeMethodResolver.getMostSpecificMethod(method, controller);
    Greenlet greenlet = annotationOf(handler, controller);
    return greenlet == null ? null : route(greenlet, handler, controller);
  }

  /**
   * Returns the route of a class that handles messages, or {@code null} if it has no annotation.
   *
   * @throws InvalidGreenletException if the annotation is invalid
   */
  @Nullable Route findForMessages(Class<?> handler, Method callback) {
    Greenlet greenlet = AnnotatedElementUtils.findMergedAnnotation(handler, Greenlet.class);
    if (greenlet == null) {
      return null;
    }
    try {
      rejectRequestAttributes(greenlet, callback);
      return route(greenlet, callback, handler);
    } catch (InvalidGreenletException invalid) {
      throw invalid.on(handler);
    }
  }

  private void rejectRequestAttributes(Greenlet greenlet, Method callback) {
    if (!greenlet.timeout().isEmpty() || !greenlet.name().isEmpty()) {
      throw new InvalidGreenletException(
          callback,
          "'timeout' and 'name' must be empty on a handler of messages",
          "Remove them; for a time limit of a message, use Deadline.open in the handler.",
          null);
    }
    String key = texts.of("key", greenlet.key(), callback);
    if (!key.isEmpty() && KeyExpression.parse(key, callback).usesRequest()) {
      throw new InvalidGreenletException(
          callback,
          "'key' must not use #path, #params, #headers or #principal of a request on a handler of messages, was '%s'"
              .formatted(key),
          "Use the session, as in key = \"#session.id\", or an attribute that the handshake has set, as in"
              + " key = \"#session.attributes['room']\".",
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
        && !controller.getName().startsWith(SPRING_PACKAGE)) {
      greenlet = AnnotationUtils.synthesizeAnnotation(Greenlet.class);
    }
    return greenlet;
  }

  private Route route(Greenlet greenlet, Method handler, Class<?> controller) {
    String hub = texts.of("hub", greenlet.hub(), handler);
    String key = texts.of("key", greenlet.key(), handler);
    String name = texts.of("name", greenlet.name(), handler);
    boolean keyed = !key.isEmpty();
    boolean named = !hub.isEmpty();
    if (greenlet.spread() && (keyed || named || greenlet.exclusive())) {
      throw new InvalidGreenletException(
          handler,
          "'spread' must not be combined with other attributes, was with "
              + (keyed ? "'key'" : named ? "'hub'" : "'exclusive'"),
          "Remove 'spread', which gives up the guarantee of the other attribute.",
          null);
    }
    if (KotlinDetector.isSuspendingFunction(handler)
        && !greenlet.spread()
        && !hubKept.test(handler)) {
      throw new InvalidGreenletException(
          handler,
          "a suspending function must not be placed on a hub if its coroutine would leave it: it returns a"
              + " Flow, or the application has a WebMvcRegistrations bean",
          "Use a plain function, return a List, remove that bean, or set spread = true.",
          null);
    }
    if (named) {
      rejectUnknownHub(hub, handler);
    }
    String group = named ? hub : controller.getName();
    Placement placement =
        greenlet.spread()
            ? new Placement.LeastBusy()
            : keyed
                ? new Placement.ByKey(keyOf(key, handler, controller))
                : new Placement.OnHub(ordinalOf(group));
    return new Route(
        group,
        placement,
        greenlet.exclusive(),
        name.isEmpty() ? null : NameTemplate.parse(name, handler),
        timeLimits.of(greenlet, handler));
  }

  private static KeyExpression keyOf(String text, Method handler, Class<?> controller) {
    KeyExpression key = KeyExpression.parse(text, handler);
    key.rejectUnreadable(controller);
    return key;
  }

  private void rejectUnknownHub(String hub, Method handler) {
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
