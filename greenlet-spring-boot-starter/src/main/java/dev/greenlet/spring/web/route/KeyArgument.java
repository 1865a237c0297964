package dev.greenlet.spring.web.route;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;

/** An argument of a handler that the handler's key names, by when its value is known. */
sealed interface KeyArgument {

  /** Returns the parameter of the handler. */
  MethodParameter parameter();

  /**
   * One that the request tells: its value is known before the handler adapter works.
   *
   * @param parameter the parameter of the handler
   * @param resolver what Spring MVC resolves it with
   * @param binders what converts it
   * @param maySetLater whether an interceptor may set what is not there yet
   */
  record OfRequest(
      MethodParameter parameter,
      HandlerMethodArgumentResolver resolver,
      WebDataBinderFactory binders,
      boolean maySetLater)
      implements KeyArgument {

    /** Resolves the argument as Spring MVC does: converted, with its default, or refused. */
    @Nullable Object resolve(NativeWebRequest request) throws Exception {
      return resolver.resolveArgument(parameter, null, request, binders);
    }
  }

  /**
   * One whose value is known only when Spring MVC has resolved it.
   *
   * @param parameter the parameter of the handler
   * @param when when its value is known
   */
  record Later(MethodParameter parameter, String when) implements KeyArgument {}
}
