package dev.greenlet.spring.web.route;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.AbstractMap;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.HandlerMapping;

/**
 * The variables of a request that keys and names may use. Called on the thread that handles the
 * request.
 */
final class RequestVariables {

  private RequestVariables() {}

  static @Nullable HttpServletRequest currentRequest() {
    return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes servlet
        ? servlet.getRequest()
        : null;
  }

  /** Returns the decoded path variables. */
  @SuppressWarnings("unchecked") // as the attribute is documented
  static Map<String, String> path(@Nullable HttpServletRequest request) {
    Object variables =
        request == null
            ? null
            : request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
    return variables == null ? Map.of() : (Map<String, String>) variables;
  }

  /**
   * Returns the first value of each parameter of the query and the form; an access reads the form.
   */
  static Map<String, String> params(@Nullable HttpServletRequest request) {
    return request == null
        ? Map.of()
        : new FirstValues(request::getParameter, request::getParameterNames);
  }

  /** Returns the first value of each header, by its case-insensitive name. */
  static Map<String, String> headers(@Nullable HttpServletRequest request) {
    return request == null
        ? Map.of()
        : new FirstValues(request::getHeader, request::getHeaderNames);
  }

  /** Returns the principal, or {@code null} for a request that is not authenticated. */
  static @Nullable Principal principal(@Nullable HttpServletRequest request) {
    return request == null ? null : request.getUserPrincipal();
  }

  private static final class FirstValues extends AbstractMap<String, String> {
    private final Function<String, @Nullable String> values;
    private final Supplier<Enumeration<String>> names;

    private FirstValues(
        Function<String, @Nullable String> values, Supplier<Enumeration<String>> names) {
      this.values = values;
      this.names = names;
    }

    @Override
    public @Nullable String get(Object name) {
      return values.apply(String.valueOf(name));
    }

    @Override
    public boolean containsKey(Object name) {
      return get(name) != null;
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
      Map<String, String> all = new LinkedHashMap<>();
      for (String name : Collections.list(names.get())) {
        all.put(name, Objects.requireNonNullElse(get(name), ""));
      }
      return all.entrySet();
    }
  }
}
