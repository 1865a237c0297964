package dev.greenlet.spring.web.route;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.HandlerMethodArgumentResolverComposite;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * Resolves the arguments that keys use, by the resolvers of Spring MVC, and places a request as
 * soon as its key is known. Thread-safe.
 */
final class KeyArgumentResolver implements HandlerMethodArgumentResolver {
  private final HandlerRoutes handlers;
  private final HandlerMethodArgumentResolverComposite resolvers;

  private KeyArgumentResolver(
      HandlerRoutes handlers, List<HandlerMethodArgumentResolver> resolvers) {
    this.handlers = handlers;
    this.resolvers = new HandlerMethodArgumentResolverComposite().addResolvers(resolvers);
  }

  /** Adds a resolver in front of the resolvers of an adapter. */
  static void addTo(RequestMappingHandlerAdapter adapter, HandlerRoutes handlers) {
    List<HandlerMethodArgumentResolver> resolvers =
        Objects.requireNonNull(adapter.getArgumentResolvers(), "'adapter' must be initialised");
    List<HandlerMethodArgumentResolver> all = new ArrayList<>();
    all.add(new KeyArgumentResolver(handlers, resolvers));
    all.addAll(resolvers);
    adapter.setArgumentResolvers(all);
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return handlers.isUsedInKey(parameter);
  }

  @Override
  public @Nullable Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer model,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders)
      throws Exception {
    Object value = resolvers.resolveArgument(parameter, model, request, binders);
    HttpServletRequest servlet = request.getNativeRequest(HttpServletRequest.class);
    RoutedDispatch dispatch = servlet == null ? null : RoutedDispatch.of(servlet);
    if (dispatch != null) {
      dispatch.resolved(parameter, value);
    }
    return value;
  }
}
