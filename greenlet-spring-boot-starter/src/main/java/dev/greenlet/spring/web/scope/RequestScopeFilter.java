package dev.greenlet.spring.web.scope;

import dev.greenlet.Greenlets;
import dev.greenlet.spring.web.ProblemResponse;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * Gives each request a scope of its own: a limit of time, a kill that ends the request and not the
 * connection, and an end for what it has spawned. A request that was cut short is answered with 503
 * and a problem detail, whatever the application has made of the exit; if part of another answer
 * has gone out already, the connection is broken, for the client must not take it for whole.
 *
 * <p>To be registered for the dispatcher type {@code REQUEST} only.
 */
public final class RequestScopeFilter implements Filter {
  private final @Nullable Duration limit;
  private final Children children;
  private final @Nullable Duration interruptAfter;

  /**
   * Creates a filter.
   *
   * @param limit how long a request may take unless its handler says otherwise, or {@code null}
   * @param children what becomes of the greenlets that a request has spawned
   * @param interruptAfter how long a request that is cut short may wait in what nobody described,
   *     or {@code null} for ever
   */
  public RequestScopeFilter(
      @Nullable Duration limit, Children children, @Nullable Duration interruptAfter) {
    this.limit = limit;
    this.children = children;
    this.interruptAfter = interruptAfter;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (Greenlets.currentOrNull() == null || !(response instanceof HttpServletResponse answer)) {
      chain.doFilter(request, response);
      return;
    }
    RequestScope scope = RequestScope.open(request, children, interruptAfter);
    if (limit != null) {
      scope.limit(limit);
    }
    Throwable failure = null;
    try {
      chain.doFilter(request, new ScopedResponse(answer, scope));
    } catch (Throwable thrown) {
      failure = thrown;
    }
    Ending ending = scope.end(failure != null, request);
    if (request.isAsyncStarted()) {
      rethrow(failure); // the answer is somebody else's
      return;
    }
    switch (ending) {
      case Ending.Own _ -> rethrow(failure);
      case Ending.TimedOut(Duration over) ->
          cutShort(answer, "Was not done within %d ms.".formatted(over.toMillis()), failure);
      case Ending.Killed _ -> cutShort(answer, "Was told to end before it was done.", failure);
    }
  }

  private static void cutShort(
      HttpServletResponse response, String detail, @Nullable Throwable failure)
      throws IOException, ServletException {
    if (response.isCommitted()) {
      throw new ServletException(
          "Half an answer went out. The request " + decapitalize(detail), failure);
    }
    response.reset();
    ProblemResponse.write(
        ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, detail), response);
  }

  private static String decapitalize(String sentence) {
    return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
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
