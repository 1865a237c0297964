package dev.greenlet.spring.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.spring.web.KeyedTurns.Turn;
import dev.greenlet.spring.web.Route.Placement;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request to its hub before its handler runs: the same thread, so that filters, thread
 * locals and transactions stay. It does not come back afterwards: what is left to do is to write
 * the answer, and a hop would cost more. A caller that is no greenlet (a test without a server)
 * just proceeds.
 */
final class GreenletAdvice implements MethodInterceptor {
  private final RouteTable routes;
  private final Supplier<GreenletRuntime> runtime;
  private final KeyedTurns turns = new KeyedTurns();

  GreenletAdvice(RouteTable routes, Supplier<GreenletRuntime> runtime) {
    this.routes = routes;
    this.runtime = runtime;
  }

  @Override
  public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
    Object target = invocation.getThis();
    if (target == null || Greenlets.currentOrNull() == null) {
      return invocation.proceed();
    }
    Route route = routes.find(invocation.getMethod(), target.getClass());
    if (route == null) {
      return invocation.proceed();
    }
    Object key =
        switch (route.placement()) {
          case Placement.ByKey(KeyExpression expression) ->
              expression.evaluate(target, invocation.getArguments());
          case Placement.OnHub onHub -> route.group();
          case Placement.Anywhere anywhere -> route.group();
        };
    Greenlets.moveTo(hubFor(route.placement(), key));
    if (!route.exclusive()) {
      return invocation.proceed();
    }
    try (Turn _ = turns.await(new TurnKey(route.group(), key), route.group() + " " + key)) {
      return invocation.proceed();
    }
  }

  private Hub hubFor(Placement placement, Object key) {
    List<Hub> hubs = runtime.get().hubs();
    return switch (placement) {
      case Placement.OnHub(int ordinal) -> hubs.get(ordinal % hubs.size());
      case Placement.ByKey byKey -> hubs.get(Math.floorMod(spread(key.hashCode()), hubs.size()));
      case Placement.Anywhere anywhere ->
          hubs.stream().min(Comparator.comparingInt(Hub::live)).orElseThrow();
    };
  }

  /** Mixes the bits of a hash, for many keys differ in few. The finaliser of MurmurHash3. */
  private static int spread(int hash) {
    hash ^= hash >>> 16;
    hash *= 0x85ebca6b;
    hash ^= hash >>> 13;
    hash *= 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }

  private record TurnKey(String group, Object key) {}
}
