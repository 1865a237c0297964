package dev.greenlet.spring.web;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.web.lane.Arrival;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/**
 * Calls a greenlet after the request it handles, and tells its {@link Arrival} when the request
 * begins and ends. A later dispatch of the request, asynchronous or to an error page, may come as
 * another greenlet: it is called after the first one. To be the first of all filters.
 */
public final class RequestNameFilter implements Filter {
  private static final String FIRST = RequestNameFilter.class.getName() + ".FIRST";

  /** Creates a filter. */
  public RequestNameFilter() {}

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    GreenletTask<?> current = Greenlets.currentOrNull();
    if (current == null || !(request instanceof HttpServletRequest http)) {
      chain.doFilter(request, response);
      return;
    }
    ContainerTasks.currentIsRead();
    if (http.getDispatcherType() != DispatcherType.REQUEST) {
      nameAfterTheFirst(current, http);
      chain.doFilter(request, response);
      return;
    }
    current.rename(RequestName.of(http));
    http.setAttribute(FIRST, current);
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

  private static void nameAfterTheFirst(GreenletTask<?> current, HttpServletRequest request) {
    if (request.getAttribute(FIRST) instanceof GreenletTask<?> first && first != current) {
      current.rename(RequestName.asyncOf(first));
    }
  }
}
