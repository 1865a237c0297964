package dev.greenlet.spring.web;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Stint;
import dev.greenlet.spring.web.lane.Arrival;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Opens the {@link RequestLifecycle} of each request, and names the greenlet after the request it
 * handles. A later dispatch of the request, asynchronous or to an error page, may run in another
 * greenlet, which is named after the first one. To be the first of all filters, for the dispatcher
 * types {@code REQUEST}, {@code ASYNC} and {@code ERROR}.
 *
 * <p>A kill that is delivered before the request has come to the filters that know more of it ends
 * the request, not the connection: it is answered with 503, unless the client has disconnected.
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
    ContainerTasks.currentIsRead();
    GreenletTask<?> current = Greenlets.currentOrNull();
    RequestLifecycle opened = RequestLifecycle.of(request);
    RequestLifecycle lifecycle =
        opened == null ? RequestLifecycle.open(request, container) : opened;
    try {
      if (opened == null
          && current != null
          && request instanceof HttpServletRequest http
          && response instanceof HttpServletResponse answer) {
        begin(http, answer, chain, lifecycle, current);
      } else {
        nameAfterOrigin(lifecycle, current);
        chain.doFilter(request, response);
      }
    } finally {
      lifecycle.dispatched(request);
    }
  }

  private void begin(
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain,
      RequestLifecycle lifecycle,
      GreenletTask<?> current)
      throws IOException, ServletException {
    current.rename(RequestName.of(request));
    try (Stint stint = Stint.begin()) {
      lifecycle.detectDisconnect(detection);
      try {
        arrive(request, response, chain);
      } catch (Throwable failure) {
        boolean killed = stint.exit() != null; // whatever has become of the exit
        if (!killed || response.isCommitted() && !lifecycle.isDisconnected()) {
          throw failure;
        }
        if (!response.isCommitted()) {
          ProblemResponse.writeUnavailable(ProblemResponse.CANCELLED, response);
        }
      } finally {
        lifecycle.leave(current);
      }
    }
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

  private static void nameAfterOrigin(
      RequestLifecycle lifecycle, @Nullable GreenletTask<?> current) {
    GreenletTask<?> origin = lifecycle.origin();
    if (current != null && origin != null && origin != current) {
      current.rename(RequestName.asyncOf(origin));
    }
  }
}
