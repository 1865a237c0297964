package dev.greenlet.spring.web.route;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Type;
import java.util.concurrent.CompletionException;
import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/**
 * Places a request whose key uses its body after the body has been read and before it is validated.
 * Thread-safe.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public final class KeyBodyAdvice extends RequestBodyAdviceAdapter {
  private final HandlerRoutes handlers;

  /**
   * Creates the advice.
   *
   * @param handlers the routes of handlers
   */
  public KeyBodyAdvice(HandlerRoutes handlers) {
    this.handlers = handlers;
  }

  @Override
  public boolean supports(
      MethodParameter parameter, Type type, Class<? extends HttpMessageConverter<?>> converter) {
    return handlers.isUsedInKey(parameter);
  }

  @Override
  public Object afterBodyRead(
      Object body,
      HttpInputMessage message,
      MethodParameter parameter,
      Type type,
      Class<? extends HttpMessageConverter<?>> converter) {
    HttpServletRequest request = RequestVariables.currentRequest();
    RoutedDispatch dispatch = request == null ? null : RoutedDispatch.of(request);
    if (dispatch != null && parameter.getParameterType().isInstance(body)) {
      try {
        dispatch.resolved(parameter, body);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new CompletionException(interrupted);
      }
    }
    return body;
  }
}
