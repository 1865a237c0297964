package dev.greenlet.spring.web;

import dev.greenlet.CancelScope;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.web.lane.Arrival;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Opens the {@link RequestLifecycle} of each request, and names the greenlet after the request that
 * it handles. A later dispatch of the request, asynchronous or to an error page, may run in another
 * greenlet, which is named after the first one. Must be the first of all filters, for the
 * dispatcher types {@code REQUEST}, {@code ASYNC} and {@code ERROR}. Thread-safe.
 *
 * <p>A kill ends the current dispatch, and not the connection, also outside of the scope of the
 * request: before the scope begins, after it has ended, and in the dispatch to an error page. The
 * response is 503 then, unless it is complete.
 */
public final class RequestFilter implements Filter {
  private final ServletContainer container;
  private final DisconnectDetection detection;

  /**
   * Creates a filter.
   *
   * @param container the container of the requests
   * @param detection detects disconnects of their clients
   */
  public RequestFilter(ServletContainer container, DisconnectDetection detection) {
    this.container = container;
    this.detection = detection;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    ContainerTasks.markCurrentRead();
    GreenletTask<?> current = Greenlets.currentOrNull();
    RequestLifecycle opened = RequestLifecycle.of(request);
    RequestLifecycle lifecycle =
        opened == null ? RequestLifecycle.open(request, container) : opened;
    try {
      if (current != null
          && request instanceof HttpServletRequest http
          && response instanceof HttpServletResponse answer) {
        boolean first = opened == null;
        if (first) {
          current.rename(RequestName.of(http));
        } else {
          nameAfterOrigin(lifecycle, current);
        }
        dispatch(http, answer, chain, lifecycle, first);
      } else {
        chain.doFilter(request, response);
      }
    } finally {
      lifecycle.dispatched(request);
    }
  }

  /**
   * Passes a dispatch on. A kill ends the dispatch and has no effect after it: neither on the error
   * page of the container nor on the next request of the connection.
   */
  private void dispatch(
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain,
      RequestLifecycle lifecycle,
      boolean first)
      throws IOException, ServletException {
    try (CancelScope cancelScope = CancelScope.begin()) {
      try {
        if (first) {
          lifecycle.detectDisconnect(detection);
          arrive(request, response, chain);
        } else {
          chain.doFilter(request, response);
        }
      } catch (Throwable failure) {
        boolean killed = cancelScope.exit() != null; // even if the application has caught the exit
        if (!killed || isPartlySent(response, lifecycle)) {
          throw failure;
        }
        if (!request.isAsyncStarted() && !response.isCommitted()) {
          ProblemResponse.replaceByCancelled(response);
        }
      } finally {
        if (first) {
          lifecycle.detach(Greenlets.current());
        }
      }
    }
  }

  private static boolean isPartlySent(HttpServletResponse response, RequestLifecycle lifecycle) {
    return response.isCommitted() && !lifecycle.isResponseComplete() && !lifecycle.isDisconnected();
  }

  private static void arrive(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Arrival arrival = ContainerTasks.currentArrival();
    if (arrival == null) {
      chain.doFilter(request, response);
      return;
    }
    arrival.begin();
    try {
      chain.doFilter(request, response);
    } finally {
      arrival.end();
    }
  }

  private static void nameAfterOrigin(RequestLifecycle lifecycle, GreenletTask<?> current) {
    GreenletTask<?> origin = lifecycle.origin();
    if (origin != null && origin != current) {
      current.rename(RequestName.asyncOf(origin));
    }
  }
}
