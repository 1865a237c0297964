package dev.greenlet.spring.web.route;

import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.util.UriTemplate;

/**
 * Reads the annotations of all handlers when the application starts, so that an invalid one
 * prevents the start, and logs keys that are known late. Called by Spring on the thread of the
 * start.
 */
public final class RouteCheck implements SmartInitializingSingleton {
  private static final Log logger = LogFactory.getLog(RouteCheck.class);
  private static final Set<RequestMethod> WITHOUT_FORM =
      Set.of(RequestMethod.GET, RequestMethod.HEAD, RequestMethod.OPTIONS, RequestMethod.TRACE);

  private final HandlerRoutes handlers;
  private final Supplier<Stream<RequestMappingInfoHandlerMapping>> mappings;
  private final Supplier<Stream<RequestMappingHandlerAdapter>> adapters;

  /**
   * Creates a check.
   *
   * @param handlers the routes of handlers
   * @param mappings supplies the mappings of paths to handlers
   * @param adapters supplies the adapters that call handlers
   */
  public RouteCheck(
      HandlerRoutes handlers,
      Supplier<Stream<RequestMappingInfoHandlerMapping>> mappings,
      Supplier<Stream<RequestMappingHandlerAdapter>> adapters) {
    this.handlers = handlers;
    this.mappings = mappings;
    this.adapters = adapters;
  }

  @Override
  public void afterSingletonsInstantiated() {
    adapters.get().forEach(adapter -> KeyArgumentResolver.addTo(adapter, handlers));
    mappings.get().forEach(mapping -> mapping.getHandlerMethods().forEach(this::check));
  }

  private void check(RequestMappingInfo mapping, HandlerMethod method) {
    HandlerRoute handler = handlers.of(method);
    if (handler == null) {
      return;
    }
    Set<String> known =
        mapping.getPatternValues().stream()
            .flatMap(pattern -> new UriTemplate(pattern).getVariableNames().stream())
            .map(name -> name.startsWith("*") ? name.substring(1) : name)
            .collect(Collectors.toCollection(TreeSet::new));
    handler
        .key()
        .ifPresent(
            key -> {
              check("key", key.toString(), key.pathVariables(), known, method.getMethod());
              rejectFormBeforeRawBody(key, mapping, method.getMethod());
              handler.deferredUntil().ifPresent(when -> logDeferred(key, when, method));
            });
    NameTemplate name = handler.route().name();
    if (name != null) {
      check("name", name.text(), name.variables(), known, method.getMethod());
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

  /** Rejects a key whose evaluation would read a form that the handler reads too. */
  private static void rejectFormBeforeRawBody(
      KeyExpression key, RequestMappingInfo mapping, Method handler) {
    if (key.usesParams() && mayBeForm(mapping) && readsRawBody(handler)) {
      throw new InvalidGreenletException(
          handler,
          "'key' must not use #params if the handler reads the body itself, was '%s'"
              .formatted(key),
          "The key would consume a form. Use a path variable or a header, or exclude forms in"
              + " the mapping, as in consumes = \"application/octet-stream\".",
          null);
    }
  }

  private static boolean mayBeForm(RequestMappingInfo mapping) {
    Set<RequestMethod> methods = mapping.getMethodsCondition().getMethods();
    Set<MediaType> consumed = mapping.getConsumesCondition().getConsumableMediaTypes();
    return (methods.isEmpty() || !WITHOUT_FORM.containsAll(methods))
        && (consumed.isEmpty()
            || consumed.stream()
                .anyMatch(type -> type.includes(MediaType.APPLICATION_FORM_URLENCODED)));
  }

  private static boolean readsRawBody(Method handler) {
    return Arrays.stream(handler.getParameterTypes())
        .anyMatch(
            type ->
                InputStream.class.isAssignableFrom(type) || Reader.class.isAssignableFrom(type));
  }

  private static void logDeferred(KeyExpression key, String when, HandlerMethod handler) {
    logger.info(
        "Requests of %s.%s move to their hub after %s: the key is '%s'"
            .formatted(
                handler.getBeanType().getSimpleName(), handler.getMethod().getName(), when, key));
  }
}
