package dev.greenlet.spring.web.route;

import dev.greenlet.Greenlets;
import dev.greenlet.Lane;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.RequestLifecycle;
import dev.greenlet.spring.web.lane.Arrival;
import dev.greenlet.spring.web.route.RoutedCalls.TurnKey;
import dev.greenlet.spring.web.turn.KeyedMutex.Turn;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.context.request.NativeWebRequest;

/**
 * One dispatch of a request to a handler. A request has several if it is forwarded, becomes
 * asynchronous or ends in an error page. They share its turns, and a nested dispatch returns to the
 * lane of the outer one. Confined to the greenlet that handles the dispatch.
 */
final class RoutedDispatch {
  private static final String ATTRIBUTE = RoutedDispatch.class.getName();

  private final HttpServletRequest request;
  private final RoutedCalls calls;
  private final Lane origin = Greenlets.current().lane();
  private final boolean first;
  private final @Nullable RoutedDispatch outer; // continues when this one has ended
  private final @Nullable Arrival arrival =
      ContainerTasks.currentArrival(); // null outside of a task of a container
  private final Map<TurnKey, Turn> turns; // of the request
  private @Nullable Turn dispatchTurn; // not extended to the end of a request
  private @Nullable PendingKey pending;
  private @Nullable Placed placed;
  private boolean ended;

  private RoutedDispatch(
      HttpServletRequest request, RoutedCalls calls, @Nullable RoutedDispatch before) {
    this.request = request;
    this.calls = calls;
    this.first = before == null;
    this.outer = before == null || before.ended ? null : before;
    this.turns = before == null ? new HashMap<>(2) : before.turns;
    this.placed =
        before != null && request.getDispatcherType() == DispatcherType.ASYNC
            ? before.placed
            : null;
  }

  /** Returns the current dispatch, or the last one if there is none, or else {@code null}. */
  static @Nullable RoutedDispatch of(HttpServletRequest request) {
    return (RoutedDispatch) request.getAttribute(ATTRIBUTE);
  }

  /** Begins a dispatch on the lane of the calling greenlet. Must be ended. */
  static RoutedDispatch begin(HttpServletRequest request, RoutedCalls calls) {
    RoutedDispatch begun = new RoutedDispatch(request, calls, of(request));
    request.setAttribute(ATTRIBUTE, begun);
    return begun;
  }

  /** Moves the request of a handler without annotation to the shared lane. A switch point. */
  void placeOnSharedLane() {
    moveTo(calls.sharedLane());
  }

  /**
   * Moves the request to its hub and waits for its turn, unless the key is known later. A switch
   * point.
   *
   * @param handler the route of the handler
   * @param target the controller
   * @param web the request as Spring MVC sees it
   * @throws MissingKeyException if the key is {@code null}
   * @throws InterruptedException if the caller is interrupted
   */
  void place(HandlerRoute handler, Object target, NativeWebRequest web)
      throws InterruptedException {
    NameTemplate name = handler.route().name();
    if (first && name != null) {
      Greenlets.current().rename(name.render(RequestVariables.path(request)));
    }
    Placed before = placed;
    if (before != null && before.handler == handler) {
      enter(before); // continues with an asynchronous result: no argument is resolved again
      return;
    }
    PendingKey key = PendingKey.begin(handler, target, web);
    pending = key;
    placeIfComplete(key);
  }

  /**
   * Sets the value of an argument, and places the request if it was the last missing one. A switch
   * point then.
   *
   * @param parameter the parameter of a handler
   * @param value its value
   * @throws MissingKeyException if the key is {@code null}
   * @throws InterruptedException if the caller is interrupted
   */
  void resolved(MethodParameter parameter, @Nullable Object value) throws InterruptedException {
    PendingKey key = pending;
    if (key != null && key.resolved(parameter, value)) {
      placeIfComplete(key);
    }
  }

  private void placeIfComplete(PendingKey key) throws InterruptedException {
    if (key.isComplete()) {
      pending = null;
      enter(new Placed(key.handler(), key.evaluate(request)));
    }
  }

  private void enter(Placed place) throws InterruptedException {
    Route route = place.handler.route();
    placed = place;
    moveTo(calls.hubOf(route, place.key));
    if (route.exclusive()) {
      acquireTurn(route, TurnKey.of(route, place.key));
    }
  }

  /** Waits for a turn, unless the request holds it. The request holds it until its end. */
  private void acquireTurn(Route route, TurnKey key) throws InterruptedException {
    Turn held = turns.get(key);
    if (held != null && !held.hasEnded()) {
      return;
    }
    Turn acquired = calls.awaitTurn(route, key);
    turns.put(key, acquired);
    RequestLifecycle lifecycle = RequestLifecycle.of(request);
    if (lifecycle != null && !lifecycle.hasEnded()) {
      acquired.extendUntilEndOf(lifecycle);
    } else {
      dispatchTurn = acquired;
    }
  }

  private void moveTo(Lane lane) {
    if (arrival == null || !arrival.land(lane)) {
      Greenlets.moveTo(lane);
    }
  }

  /** Ends the dispatch, and returns to the lane of its beginning, if a caller continues there. */
  void end() {
    ended = true;
    pending = null;
    if (dispatchTurn != null) {
      dispatchTurn.close();
    }
    if (outer != null) {
      request.setAttribute(ATTRIBUTE, outer);
    }
    if (outer != null || arrival == null) {
      RoutedCalls.returnTo(origin);
    }
  }

  /** The handler and key by which a dispatch was placed. */
  private record Placed(HandlerRoute handler, Object key) {}
}
