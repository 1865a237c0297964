package dev.greenlet.spring.web.route;

import dev.greenlet.BlockingCall;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.Lane;
import dev.greenlet.SharedLane;
import dev.greenlet.spring.web.RequestName;
import dev.greenlet.spring.web.route.Route.Placement;
import dev.greenlet.spring.web.turn.KeyedMutex;
import dev.greenlet.spring.web.turn.KeyedMutex.Turn;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves the calling greenlet to the hub of a route, and acquires turns there. Thread-safe; each
 * method is called on the greenlet that makes the call.
 *
 * @param runtime supplies the runtime of the hubs
 * @param turns supplies the mutex of exclusive routes
 */
record RoutedCalls(Supplier<GreenletRuntime> runtime, Supplier<KeyedMutex> turns) {

  /** Returns the key of a call, or the group of a route without key. */
  static Object keyOf(
      Route route,
      Object target,
      @Nullable Object[] arguments,
      @Nullable HttpServletRequest request) {
    return switch (route.placement()) {
      case Placement.ByKey(KeyExpression expression) ->
          expression.evaluate(target, arguments, request);
      case Placement.OnHub _, Placement.LeastBusy _ -> route.group();
    };
  }

  /** Returns the hub of a call. */
  Hub hubOf(Route route, Object key) {
    return HubSelector.of(route.placement(), key, runtime.get().hubs(), Greenlets.current().lane());
  }

  /** Returns the lane of calls without a route. */
  SharedLane sharedLane() {
    return runtime.get().sharedLane();
  }

  /** Waits for a turn. A switch point if the turn is held. */
  Turn awaitTurn(Route route, TurnKey turn) throws InterruptedException {
    return turns.get().acquire(turn, RequestName.of(describe(route, turn)));
  }

  /**
   * Returns the name of a turn where waits are shown: not its key, which may be confidential, but
   * the expression and a digest, which is the same for equal keys.
   */
  private static String describe(Route route, TurnKey turn) {
    return switch (route.placement()) {
      case Placement.ByKey(KeyExpression expression) ->
          "%s %s %s".formatted(turn.group(), expression, KeyDigest.of(turn.key()));
      case Placement.OnHub _, Placement.LeastBusy _ -> turn.group();
    };
  }

  /** Makes a call on a lane, and always returns to the lane of the caller, which relies on it. */
  <T extends @Nullable Object, X extends Throwable> T onLane(Lane lane, BlockingCall<T, X> call)
      throws X {
    Lane origin = Greenlets.current().lane();
    Greenlets.moveTo(lane);
    try {
      return call.call();
    } finally {
      returnTo(origin);
    }
  }

  /** Returns to a lane, also after a kill. */
  static void returnTo(Lane origin) {
    Greenlets.shielded(
        () -> {
          Greenlets.moveTo(origin);
          return null;
        });
  }

  /** The key of the mutex for a group and key. */
  record TurnKey(String group, Object key) {
    static TurnKey of(Route route, Object key) {
      return new TurnKey(route.group(), key);
    }
  }
}
