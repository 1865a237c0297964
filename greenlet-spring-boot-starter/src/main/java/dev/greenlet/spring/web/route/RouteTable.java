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
 * or met, which spreads them evenly over the hubs. Thread-safe.
 */
public final class RouteTable {
  private static final String SPRINGS_OWN = "org.springframework.";

  private final Supplier<RouteRules> rules;
  private final Predicate<Method> hubKept;
  private final TimeLimits timeLimits;
  private final AnnotationTexts texts;
  private final Map<String, Integer> ordinals = new HashMap<>(); // guarded by itself

  /**
   * Creates a table.
   *
   * @param rules what the application says, asked for when the first route is read
   * @param placeholders puts properties in the place of their names, and throws {@link
   *     IllegalArgumentException} for one that is not there
   * @param hubKept whether the coroutine of a suspending function stays on its hub, asked for each
   *     that asks for one
   */
  public RouteTable(
      Supplier<RouteRules> rules, UnaryOperator<String> placeholders, Predicate<Method> hubKept) {
    this.rules = rules;
    this.hubKept = hubKept;
    this.timeLimits = new TimeLimits(placeholders);
    this.texts = new AnnotationTexts(placeholders);
  }

  /**
   * The route of a handler method, or {@code null} for one that has not opted in.
   *
   * @throws InvalidGreenletException if the annotation makes no sense
   */
  @Nullable Route find(Method method, Class<?> targetClass) {
    Class<?> controller = ClassUtils.getUserClass(targetClass);
    Method handler = BridgeMethodResolver.getMostSpecificMethod(method, controller);
    Greenlet greenlet = annotationOf(handler, controller);
    return greenlet == null ? null : route(greenlet, handler, controller);
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

  private void refuseWhatOnlyRequestsHave(Greenlet greenlet, Method callback) {
    if (!greenlet.timeout().isEmpty() || !greenlet.name().isEmpty()) {
      throw new InvalidGreenletException(
          callback,
          "'timeout' and 'name' are for requests, was on a handler of messages",
          "Remove them; Deadline.open within the handler gives a message a limit of time.",
          null);
    }
    String key = texts.of("key", greenlet.key(), callback);
    if (!key.isEmpty() && KeyExpression.parse(key, callback).usesRequest()) {
      throw new InvalidGreenletException(
          callback,
          "'key' must not use #path, #params, #headers or #principal, which are of a request, was '%s'"
              .formatted(key),
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

  private Route route(Greenlet greenlet, Method handler, Class<?> controller) {
    String hub = texts.of("hub", greenlet.hub(), handler);
    String key = texts.of("key", greenlet.key(), handler);
    String name = texts.of("name", greenlet.name(), handler);
    boolean keyed = !key.isEmpty();
    boolean named = !hub.isEmpty();
    if (greenlet.spread() && (keyed || named || greenlet.exclusive())) {
      throw new InvalidGreenletException(
          handler,
          "'spread' must stand alone, was combined with "
              + (keyed ? "'key'" : named ? "'hub'" : "'exclusive'"),
          "Remove 'spread', which gives up the guarantee that the other attribute asks for.",
          null);
    }
    if (KotlinDetector.isSuspendingFunction(handler)
        && !greenlet.spread()
        && !hubKept.test(handler)) {
      throw new InvalidGreenletException(
          handler,
          "a hub must not be asked for by a suspending function that leaves it: one that returns a"
              + " Flow, or where the application has a WebMvcRegistrations of its own",
          "Make it a plain function, return a List, remove that bean, or set spread = true.",
          null);
    }
    if (named) {
      refuseUnknown(hub, handler);
    }
    String group = named ? hub : controller.getName();
    Placement placement =
        greenlet.spread()
            ? new Placement.Anywhere()
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
    key.refuseUnreadable(controller);
    return key;
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
