package dev.greenlet.spring.web.route;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.web.scope.RequestScope;
import dev.greenlet.spring.web.turn.KeyedMutex;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.AsyncHandlerInterceptor;

/**
 * Applies the annotation of the handler to a request, as soon as the handler is known and before
 * any of its code runs: time limit, hub and turn. A request of a handler without annotation moves
 * to the shared lane. Must be the first of all interceptors. Thread-safe.
 *
 * <p>The rest of the request runs on that lane: the other interceptors, model attributes, binders,
 * arguments, validation, the handler, its exception handlers and its view. On a plain thread (a
 * test without a server) it does nothing.
 */
public final class RoutingInterceptor implements AsyncHandlerInterceptor {
  private final HandlerRoutes handlers;
  private final RoutedCalls calls;

  /**
   * Creates an interceptor.
   *
   * @param handlers the routes of handlers
   * @param runtime the runtime of the greenlets
   * @param turns the mutex of exclusive requests
   */
  public RoutingInterceptor(HandlerRoutes handlers, GreenletRuntime runtime, KeyedMutex turns) {
    this.handlers = handlers;
    this.calls = new RoutedCalls(() -> runtime, () -> turns);
  }

  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
      throws Exception {
    if (Greenlets.currentOrNull() == null) {
      return true;
    }
    RoutedDispatch dispatch = RoutedDispatch.begin(request, calls);
    boolean placed = false;
    try {
      place(dispatch, request, response, handler);
      placed = true;
    } finally {
      if (!placed) {
        dispatch.end();
      }
    }
    return true;
  }

  private void place(
      RoutedDispatch dispatch,
      HttpServletRequest request,
      HttpServletResponse response,
      Object handler)
      throws InterruptedException {
    if (handler instanceof HandlerMethod method
        && handlers.of(method) instanceof HandlerRoute route) {
      RequestScope.limit(request, route.route().timeLimit());
      dispatch.place(route, method.getBean(), new ServletWebRequest(request, response));
    } else {
      dispatch.placeOnSharedLane();
    }
  }

  @Override
  public void afterCompletion(
      HttpServletRequest request,
      HttpServletResponse response,
      Object handler,
      @Nullable Exception failure) {
    end(request);
  }

  @Override
  public void afterConcurrentHandlingStarted(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    end(request);
  }

  private static void end(HttpServletRequest request) {
    RoutedDispatch dispatch = Greenlets.currentOrNull() == null ? null : RoutedDispatch.of(request);
    if (dispatch != null) {
      dispatch.end();
    }
  }
}
