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
 * Gives each request a scope: a time limit, a kill that ends the request and not the connection,
 * and an end of its children. A cancelled request is answered with 503 and problem details, even if
 * the application has caught the exit. If part of another response has been sent, the connection is
 * closed, so that the client does not take it for complete. Thread-safe.
 *
 * <p>To be registered for the dispatcher types {@code REQUEST} and {@code ASYNC}: an asynchronous
 * dispatch belongs to the same request.
 */
public final class RequestScopeFilter implements Filter {
  private final @Nullable RequestTimeLimit limit;
  private final ChildPolicy children;
  private final @Nullable Duration interruptAfter;
  private final AsyncRequestTasks asyncRequestTasks;

  /**
   * Creates a filter.
   *
   * @param limit the default time limit of requests, or {@code null} for none
   * @param children the policy for the greenlets that a request has spawned
   * @param interruptAfter how long a cancelled request may stay in a wait that is no switch point
   *     before it is interrupted, or {@code null} to never interrupt it
   * @param asyncRequestTasks spawns the greenlets of asynchronous requests
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
      if (ending instanceof Ending.Completed) {
        rethrow(failure);
      }
      return; // otherwise the greenlet that represents the request causes the response
    }
    if (!(ending instanceof Ending.Completed) && lifetime.lifecycle().isResponseComplete()) {
      return; // the client has its response: only the children are cancelled
    }
    answer(lifetime.answer(), ending, failure);
  }

  private static void answer(
      HttpServletResponse response, Ending ending, @Nullable Throwable failure)
      throws IOException, ServletException {
    switch (ending) {
      case Ending.Completed _ -> rethrow(failure);
      case Ending.TimedOut(Duration limit) -> {
        String detail = "The request did not complete within %d ms.".formatted(limit.toMillis());
        requireNotCommitted(response, detail, failure);
        ProblemResponse.replace(Problem.TIMED_OUT.with(detail), response);
      }
      case Ending.Killed _ -> {
        requireNotCommitted(response, "The request was cancelled before it completed.", failure);
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

  /** Makes the container close the connection if part of another response has been sent. */
  private static void requireNotCommitted(
      HttpServletResponse response, String detail, @Nullable Throwable failure)
      throws ServletException {
    if (response.isCommitted()) {
      throw new ServletException(
          detail + " Part of the response was sent, so the connection is closed.", failure);
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
