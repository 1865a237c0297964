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
 * How calls get to the hubs of their routes, and to their turns there. The calling greenlet itself.
 *
 * @param runtime whose hubs they are
 * @param turns the turns of exclusive routes
 */
record RoutedCalls(Supplier<GreenletRuntime> runtime, Supplier<KeyedMutex> turns) {

  /** What tells the calls of a route apart: its key, or else its group. */
  static Object keyOf(
      Route route,
      Object target,
      @Nullable Object[] arguments,
      @Nullable HttpServletRequest request) {
    return switch (route.placement()) {
      case Placement.ByKey(KeyExpression expression) ->
          expression.evaluate(target, arguments, request);
      case Placement.OnHub _, Placement.Anywhere _ -> route.group();
    };
  }

  /** The hub of a call. */
  Hub hubOf(Route route, Object key) {
    return HubSelector.of(route.placement(), key, runtime.get().hubs(), Greenlets.current().lane());
  }

  /** Where calls without a route are made. */
  SharedLane sharedLane() {
    return runtime.get().sharedLane();
  }

  /** Waits for a turn. */
  Turn awaitTurn(Route route, TurnKey turn) throws InterruptedException {
    return turns.get().await(turn, RequestName.of(describe(route, turn)));
  }

  /**
   * What a turn is called where waits are shown: not by its key, which may be a secret, but by the
   * expression and a digest, which is the same for equal keys.
   */
  private static String describe(Route route, TurnKey turn) {
    return switch (route.placement()) {
      case Placement.ByKey(KeyExpression expression) ->
          "%s %s %s".formatted(turn.group(), expression, KeyDigest.of(turn.key()));
      case Placement.OnHub _, Placement.Anywhere _ -> turn.group();
    };
  }

  /** Makes a call on a lane, and comes back whatever happens: who calls relies on its own one. */
  <T extends @Nullable Object, X extends Throwable> T onLane(Lane lane, BlockingCall<T, X> call)
      throws X {
    Lane origin = Greenlets.current().lane();
    Greenlets.moveTo(lane);
    try {
      return call.call();
    } finally {
      comeBack(origin);
    }
  }

  /** Goes back to a lane, also after a kill. */
  static void comeBack(Lane origin) {
    Greenlets.shielded(
        () -> {
          Greenlets.moveTo(origin);
          return null;
        });
  }

  /** What the calls have in common that take turns. */
  record TurnKey(String group, Object key) {
    static TurnKey of(Route route, Object key) {
      return new TurnKey(route.group(), key);
    }
  }
}
