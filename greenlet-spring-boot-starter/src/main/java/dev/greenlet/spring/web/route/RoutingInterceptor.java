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
 * Gives a request what its handler's annotation asks for as soon as the handler is known, and
 * before anything of the handler runs: its time limit, its hub and its turn. A request whose
 * handler has not opted in goes to the shared lane. To be the first of all interceptors.
 *
 * <p>What follows runs there too: the other interceptors, model attributes, binders, arguments,
 * validation, the handler, its exception handlers and its view. A caller that is no greenlet (a
 * test without a server) just goes on.
 */
public final class RoutingInterceptor implements AsyncHandlerInterceptor {
  private final HandlerRoutes handlers;
  private final RoutedCalls calls;

  /**
   * Creates an interceptor.
   *
   * @param handlers the routes of handlers
   * @param runtime where the greenlets live
   * @param turns the turns of exclusive requests
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
