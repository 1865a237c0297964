package dev.greenlet.spring.web.scope;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/**
 * Limits a request to the time that its handler's annotation allows, as soon as the handler is
 * known. Looks at all annotations when the application starts.
 */
public final class TimeoutInterceptor implements HandlerInterceptor, SmartInitializingSingleton {
  private final Timeouts timeouts;
  private final Supplier<Stream<RequestMappingInfoHandlerMapping>> mappings;

  /**
   * Creates an interceptor.
   *
   * @param timeouts the timeouts
   * @param mappings what maps paths to handlers
   */
  public TimeoutInterceptor(
      Timeouts timeouts, Supplier<Stream<RequestMappingInfoHandlerMapping>> mappings) {
    this.timeouts = timeouts;
    this.mappings = mappings;
  }

  @Override
  public void afterSingletonsInstantiated() {
    mappings.get().forEach(mapping -> mapping.getHandlerMethods().values().forEach(timeouts::of));
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (handler instanceof HandlerMethod method) {
      Duration timeout = timeouts.of(method);
      RequestScope scope = timeout == null ? null : RequestScope.of(request);
      if (timeout != null && scope != null) {
        scope.limit(Limit.ofHandler(timeout));
      }
    }
    return true;
  }
}
