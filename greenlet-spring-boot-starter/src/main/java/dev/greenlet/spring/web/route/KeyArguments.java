package dev.greenlet.spring.web.route;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.springframework.context.ApplicationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.annotation.AbstractNamedValueMethodArgumentResolver;
import org.springframework.web.method.annotation.ExpressionValueMethodArgumentResolver;
import org.springframework.web.method.annotation.RequestHeaderMapMethodArgumentResolver;
import org.springframework.web.method.annotation.RequestHeaderMethodArgumentResolver;
import org.springframework.web.method.annotation.RequestParamMapMethodArgumentResolver;
import org.springframework.web.method.annotation.RequestParamMethodArgumentResolver;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.mvc.method.annotation.AbstractMessageConverterMethodArgumentResolver;
import org.springframework.web.servlet.mvc.method.annotation.MatrixVariableMapMethodArgumentResolver;
import org.springframework.web.servlet.mvc.method.annotation.MatrixVariableMethodArgumentResolver;
import org.springframework.web.servlet.mvc.method.annotation.PathVariableMapMethodArgumentResolver;
import org.springframework.web.servlet.mvc.method.annotation.PathVariableMethodArgumentResolver;
import org.springframework.web.servlet.mvc.method.annotation.PrincipalMethodArgumentResolver;
import org.springframework.web.servlet.mvc.method.annotation.RequestAttributeMethodArgumentResolver;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.ServletCookieValueMethodArgumentResolver;
import org.springframework.web.servlet.mvc.method.annotation.ServletRequestDataBinderFactory;
import org.springframework.web.servlet.mvc.method.annotation.ServletRequestMethodArgumentResolver;
import org.springframework.web.servlet.mvc.method.annotation.SessionAttributeMethodArgumentResolver;

/**
 * Distinguishes the arguments of the request from arguments whose value is known later. It uses the
 * argument resolvers of Spring MVC, so that both always agree. Thread-safe.
 */
final class KeyArguments {
  private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();
  private static final Set<Class<?>> REQUEST_RESOLVERS =
      Set.of(
          ExpressionValueMethodArgumentResolver.class,
          MatrixVariableMapMethodArgumentResolver.class,
          MatrixVariableMethodArgumentResolver.class,
          PathVariableMapMethodArgumentResolver.class,
          PathVariableMethodArgumentResolver.class,
          PrincipalMethodArgumentResolver.class,
          RequestAttributeMethodArgumentResolver.class,
          RequestHeaderMapMethodArgumentResolver.class,
          RequestHeaderMethodArgumentResolver.class,
          RequestParamMapMethodArgumentResolver.class,
          RequestParamMethodArgumentResolver.class,
          ServletCookieValueMethodArgumentResolver.class,
          ServletRequestMethodArgumentResolver.class,
          SessionAttributeMethodArgumentResolver.class);

  private static final Set<Class<?>> ATTRIBUTE_RESOLVERS =
      Set.of(
          RequestAttributeMethodArgumentResolver.class,
          SessionAttributeMethodArgumentResolver.class);

  private final List<HandlerMethodArgumentResolver> resolvers;
  private final WebDataBinderFactory binders;
  private final InitBinders initBinders;

  /**
   * Creates an instance.
   *
   * @param adapter the adapter that calls handlers
   * @param context the context of the controller advice
   */
  KeyArguments(RequestMappingHandlerAdapter adapter, ApplicationContext context) {
    this.resolvers =
        Objects.requireNonNull(adapter.getArgumentResolvers(), "'adapter' must be initialised")
            .stream()
            .filter(resolver -> !(resolver instanceof KeyArgumentResolver))
            .toList();
    this.binders = new ServletRequestDataBinderFactory(null, adapter.getWebBindingInitializer());
    this.initBinders = new InitBinders(context);
  }

  /** Returns the argument of a handler at an index. */
  KeyArgument of(HandlerMethod handler, int index) {
    MethodParameter parameter = handler.getMethodParameters()[index].clone();
    parameter.initParameterNameDiscovery(NAMES);
    HandlerMethodArgumentResolver resolver =
        resolvers.stream()
            .filter(candidate -> candidate.supportsParameter(parameter))
            .findFirst()
            .orElse(null);
    if (resolver instanceof AbstractMessageConverterMethodArgumentResolver) {
      return new KeyArgument.Deferred(parameter, "the body is read");
    }
    if (resolver == null || !REQUEST_RESOLVERS.contains(resolver.getClass())) {
      return new KeyArgument.Deferred(parameter, "the arguments are resolved");
    }
    if (resolver instanceof AbstractNamedValueMethodArgumentResolver
        && initBinders.mayConvert(parameter, handler.getBeanType())) {
      return new KeyArgument.Deferred(parameter, "an @InitBinder method is called");
    }
    return new KeyArgument.FromRequest(
        parameter, resolver, binders, ATTRIBUTE_RESOLVERS.contains(resolver.getClass()));
  }
}
