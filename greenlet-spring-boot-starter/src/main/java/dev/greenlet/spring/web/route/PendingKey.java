package dev.greenlet.spring.web.route;

import dev.greenlet.GreenletExit;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.context.request.NativeWebRequest;

/**
 * The key of one request while the arguments that it uses are resolved. Confined to the greenlet
 * that handles the request.
 */
final class PendingKey {
  private final HandlerRoute handler;
  private final Object target;
  private final @Nullable Object[] arguments;
  private final Set<MethodParameter> unknown = new HashSet<>();

  private PendingKey(HandlerRoute handler, Object target) {
    this.handler = handler;
    this.target = target;
    this.arguments = new @Nullable Object[handler.parameters()];
  }

  /**
   * Resolves the arguments of the request. An argument that cannot be resolved is left to Spring
   * MVC, which resolves it again after the interceptors of the application.
   *
   * @param handler the handler
   * @param target the controller
   * @param request the request
   * @return the key, complete or not
   * @throws InterruptedException if the caller is interrupted
   */
  static PendingKey begin(HandlerRoute handler, Object target, NativeWebRequest request)
      throws InterruptedException {
    PendingKey begun = new PendingKey(handler, target);
    for (KeyArgument argument : handler.keyArguments()) {
      begun.unknown.add(argument.parameter());
      if (argument instanceof KeyArgument.FromRequest known) {
        begun.tryToResolve(known, request);
      }
    }
    return begun;
  }

  private void tryToResolve(KeyArgument.FromRequest argument, NativeWebRequest request)
      throws InterruptedException {
    try {
      Object value = argument.resolve(request);
      if (value != null || !argument.maySetLater()) {
        resolved(argument.parameter(), value);
      }
    } catch (InterruptedException | GreenletExit ending) {
      throw ending;
    } catch (Exception refused) {
      // rejected again by Spring MVC, or set by then
    }
  }

  /**
   * Sets the value of an argument.
   *
   * @return whether the argument was missing
   */
  boolean resolved(MethodParameter parameter, @Nullable Object value) {
    if (!unknown.remove(parameter)) {
      return false;
    }
    arguments[parameter.getParameterIndex()] = value;
    return true;
  }

  boolean isComplete() {
    return unknown.isEmpty();
  }

  HandlerRoute handler() {
    return handler;
  }

  /**
   * Returns the key, or the group of a route without one.
   *
   * @throws MissingKeyException if it is {@code null}
   */
  Object evaluate(HttpServletRequest request) {
    return RoutedCalls.keyOf(handler.route(), target, arguments, request);
  }
}
