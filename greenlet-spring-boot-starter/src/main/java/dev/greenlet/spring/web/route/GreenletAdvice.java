package dev.greenlet.spring.web.route;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.RequestLifecycle;
import dev.greenlet.spring.web.lane.Arrival;
import dev.greenlet.spring.web.turn.KeyedTurns.Turn;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request to its hub before its handler runs: the same thread, so that filters, thread
 * locals and transactions stay. It does not come back afterwards: what is left to do is to write
 * the answer, and a hop would cost more. Only from a handler that was called by another one it
 * does, for that one relies on its own hub. A caller that is no greenlet (a test without a server)
 * just proceeds.
 */
final class GreenletAdvice implements MethodInterceptor {
  private final Supplier<RouteTable> routes;
  private final RoutedCalls calls;

  GreenletAdvice(Supplier<RouteTable> routes, RoutedCalls calls) {
    this.routes = routes;
    this.calls = calls;
  }

  @Override
  public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
    Object target = invocation.getThis();
    GreenletTask<?> current = Greenlets.currentOrNull();
    if (target == null || current == null) {
      return invocation.proceed();
    }
    Route route = routes.get().find(invocation.getMethod(), target.getClass());
    if (route == null) {
      return invocation.proceed();
    }
    HttpServletRequest request = RequestVariables.currentRequest();
    Object key = calls.keyOf(route, target, invocation.getArguments(), request);
    Hub hub = calls.hubOf(route, key);
    Arrival arrival = ContainerTasks.currentArrival();
    if (arrival != null && arrival.land(hub)) {
      NameTemplate name = route.name();
      if (name != null) {
        current.rename(name.render(RequestVariables.path(request)));
      }
      return inTurn(route, key, request, invocation);
    }
    return calls.<@Nullable Object, Throwable>onLane(
        hub, () -> inTurn(route, key, request, invocation));
  }

  private @Nullable Object inTurn(
      Route route, Object key, @Nullable HttpServletRequest request, MethodInvocation invocation)
      throws Throwable {
    if (!route.exclusive()) {
      return invocation.proceed();
    }
    Turn turn = calls.awaitTurn(route, key);
    RequestLifecycle lifecycle = request == null ? null : RequestLifecycle.of(request);
    if (lifecycle != null && !lifecycle.hasEnded()) {
      turn.lastUntilEndOf(lifecycle);
      return invocation.proceed();
    }
    try (turn) {
      return invocation.proceed();
    }
  }
}
