package dev.greenlet.spring.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/**
 * Calls a greenlet after the request it handles, and takes it to the shared lane if an earlier
 * request of the same connection has left it on a hub. The name has no query, and is cut to a sane
 * length.
 */
public final class RequestNameFilter implements Filter {
  private static final int LONGEST_NAME = 200;

  private final GreenletRuntime runtime;

  /**
   * Creates a filter.
   *
   * @param runtime where the greenlets live
   */
  public RequestNameFilter(GreenletRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    GreenletTask<?> current = Greenlets.currentOrNull();
    if (current != null && request instanceof HttpServletRequest http) {
      current.rename(nameOf(http));
      Greenlets.moveTo(runtime.sharedLane());
    }
    chain.doFilter(request, response);
  }

  private static String nameOf(HttpServletRequest request) {
    String name = request.getMethod() + " " + request.getRequestURI();
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "…";
  }
}
