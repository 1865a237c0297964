package dev.greenlet.spring.web.scope;

import dev.greenlet.Greenlets;
import dev.greenlet.spring.web.Problem;
import dev.greenlet.spring.web.ProblemResponse;
import dev.greenlet.spring.web.RequestLifecycle;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request a scope of its own: a limit of time, a kill that ends the request and not the
 * connection, and an end for what it has spawned. A request that was cut short is answered with 503
 * and a problem detail, whatever the application has made of the exit; if part of another answer
 * has gone out already, the connection is broken, for the client must not take it for whole.
 *
 * <p>To be registered for the dispatcher types {@code REQUEST} and {@code ASYNC}: a request that
 * has gone asynchronous is the same one when it comes back to be answered.
 */
public final class RequestScopeFilter implements Filter {
  private final @Nullable RequestTimeLimit limit;
  private final ChildPolicy children;
  private final @Nullable Duration interruptAfter;
  private final AsyncRequestTasks asyncRequestTasks;

  /**
   * Creates a filter.
   *
   * @param limit how long a request may take unless its handler says otherwise, or {@code null}
   * @param children what becomes of the greenlets that a request has spawned
   * @param interruptAfter how long a request that is cut short may wait in what nobody described,
   *     or {@code null} for ever
   * @param asyncRequestTasks who stands for requests that go asynchronous
   */
  public RequestScopeFilter(
      @Nullable Duration limit,
      ChildPolicy children,
      @Nullable Duration interruptAfter,
      AsyncRequestTasks asyncRequestTasks) {
    this.limit = limit == null ? null : RequestTimeLimit.byDefault(limit);
    this.children = children;
    this.interruptAfter = interruptAfter;
    this.asyncRequestTasks = asyncRequestTasks;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    RequestLifetime lifetime = lifetimeOf(request, response);
    if (lifetime == null || !(response instanceof HttpServletResponse shown)) {
      chain.doFilter(request, response);
      return;
    }
    RequestScope scope = RequestScope.open(lifetime, children, interruptAfter);
    Throwable failure = null;
    try {
      chain.doFilter(request, new ScopedResponse(shown, scope));
    } catch (Throwable thrown) {
      failure = thrown;
    }
    Ending ending = scope.end(failure != null, request, asyncRequestTasks);
    if (request.isAsyncStarted()) {
      if (ending instanceof Ending.Own) {
        rethrow(failure);
      }
      return; // or else the greenlet that stands for the request has it answered
    }
    if (!(ending instanceof Ending.Own) && lifetime.lifecycle().isResponseComplete()) {
      return; // the client has its answer: what was cut short are the children
    }
    answer(lifetime.answer(), ending, failure);
  }

  private static void answer(
      HttpServletResponse response, Ending ending, @Nullable Throwable failure)
      throws IOException, ServletException {
    switch (ending) {
      case Ending.Own _ -> rethrow(failure);
      case Ending.TimedOut(Duration limit) -> {
        String detail = "The request did not complete within %d ms.".formatted(limit.toMillis());
        requireNotCommitted(response, detail, failure);
        ProblemResponse.replace(Problem.TIMED_OUT.with(detail), response);
      }
      case Ending.Killed _ -> {
        requireNotCommitted(response, "The request was cancelled.", failure);
        ProblemResponse.replaceByCancelled(response);
      }
    }
  }

  private @Nullable RequestLifetime lifetimeOf(ServletRequest request, ServletResponse response) {
    RequestLifecycle lifecycle = RequestLifecycle.of(request);
    if (lifecycle == null
        || Greenlets.currentOrNull() == null
        || !(response instanceof HttpServletResponse answer)) {
      return null;
    }
    if (request.getDispatcherType() == DispatcherType.ASYNC) {
      return lifecycle.attached(RequestLifetime.class);
    }
    lifecycle.cancelBy(children::cancel);
    return RequestLifetime.begin(lifecycle, request, answer, limit);
  }

  /** Has the container break the connection if a part of another answer has gone out. */
  private static void requireNotCommitted(
      HttpServletResponse response, String detail, @Nullable Throwable failure)
      throws ServletException {
    if (response.isCommitted()) {
      throw new ServletException(
          detail + " A part of its answer was sent, so that the connection is closed", failure);
    }
  }

  private static void rethrow(@Nullable Throwable failure) throws IOException, ServletException {
    switch (failure) {
      case null -> {}
      case IOException io -> throw io;
      case ServletException servlet -> throw servlet;
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      default -> throw new ServletException(failure);
    }
  }
}
