package dev.greenlet.spring.web.route;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;

/**
 * An argument of a handler that its key uses, by the moment at which its value is known. Immutable.
 */
sealed interface KeyArgument {

  /** Returns the parameter of the handler. */
  MethodParameter parameter();

  /**
   * An argument of the request: its value is known before the handler adapter resolves arguments.
   *
   * @param parameter the parameter of the handler
   * @param resolver the resolver of Spring MVC
   * @param binders creates the binder that converts it
   * @param maySetLater whether an interceptor may set a value that is absent
   */
  record FromRequest(
      MethodParameter parameter,
      HandlerMethodArgumentResolver resolver,
      WebDataBinderFactory binders,
      boolean maySetLater)
      implements KeyArgument {

    /** Resolves the argument as Spring MVC does, with conversion, default value and validation. */
    @Nullable Object resolve(NativeWebRequest request) throws Exception {
      return resolver.resolveArgument(parameter, null, request, binders);
    }
  }

  /**
   * An argument whose value is known only after Spring MVC has resolved it.
   *
   * @param parameter the parameter of the handler
   * @param when the moment at which its value is known, as a clause
   */
  record Deferred(MethodParameter parameter, String when) implements KeyArgument {}
}
