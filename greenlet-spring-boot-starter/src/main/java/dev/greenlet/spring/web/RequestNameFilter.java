package dev.greenlet.spring.web;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.web.lane.Arrival;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/**
 * Calls a greenlet after the request it handles, and tells its {@link Arrival} when the request
 * begins and ends. To be the first of all filters.
 */
public final class RequestNameFilter implements Filter {

  /** Creates a filter. */
  public RequestNameFilter() {}

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    GreenletTask<?> current = Greenlets.currentOrNull();
    if (current != null && request instanceof HttpServletRequest http) {
      current.rename(RequestName.of(http));
    }
    Arrival arrival = Arrival.current();
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
}
