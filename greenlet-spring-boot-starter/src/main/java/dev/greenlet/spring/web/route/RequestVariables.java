package dev.greenlet.spring.web.route;

import jakarta.servlet.http.HttpServletRequest;
import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.HandlerMapping;

/** What keys and names may use of the request that the caller handles, if it handles one. */
final class RequestVariables {

  private RequestVariables() {}

  static @Nullable HttpServletRequest currentRequest() {
    return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes servlet
        ? servlet.getRequest()
        : null;
  }

  /** The path variables, decoded. */
  @SuppressWarnings("unchecked") // as the attribute is documented
  static Map<String, String> path(@Nullable HttpServletRequest request) {
    Object variables =
        request == null
            ? null
            : request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
    return variables == null ? Map.of() : (Map<String, String>) variables;
  }

  /** The first value of each header, by its name in any case. */
  static Map<String, String> headers(@Nullable HttpServletRequest request) {
    return request == null ? Map.of() : new Headers(request);
  }

  private static final class Headers extends AbstractMap<String, String> {
    private final HttpServletRequest request;

    private Headers(HttpServletRequest request) {
      this.request = request;
    }

    @Override
    public @Nullable String get(Object name) {
      return request.getHeader(String.valueOf(name));
    }

    @Override
    public boolean containsKey(Object name) {
      return get(name) != null;
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
      Map<String, String> all = new LinkedHashMap<>();
      for (String name : Collections.list(request.getHeaderNames())) {
        all.put(name, request.getHeader(name));
      }
      return all.entrySet();
    }
  }
}
