package dev.greenlet.spring.web.route;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.Greenlets;
import dev.greenlet.SharedLane;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.lane.Arrival;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Takes a request whose handler has not opted in to the shared lane, if it started elsewhere. The
 * others find their hub by the {@link GreenletAdvice}, when the arguments of the handler are known.
 */
public final class HandlerLaneInterceptor implements HandlerInterceptor {
  private final RouteTable routes;
  private final SharedLane sharedLane;

  /**
   * Creates an interceptor.
   *
   * @param routes the routes
   * @param runtime where the greenlets live
   */
  public HandlerLaneInterceptor(RouteTable routes, GreenletRuntime runtime) {
    this.routes = routes;
    this.sharedLane = runtime.sharedLane();
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    Arrival arrival = ContainerTasks.currentArrival();
    if (arrival != null && !hasRoute(handler) && !arrival.land(sharedLane)) {
      Greenlets.moveTo(sharedLane); // a dispatch after its first handler: an error page, say
    }
    return true;
  }

  private boolean hasRoute(Object handler) {
    return handler instanceof HandlerMethod method
        && routes.find(method.getMethod(), method.getBeanType()) != null;
  }
}
