package dev.greenlet.spring.web;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.util.WebUtils;

/**
 * Makes reading the body of a request and writing the body of its response switch points, so that a
 * client that sends or reads slowly delays no other request. For the portable engine, on which the
 * container's reads and writes keep the hub; on the native engine they give it up by themselves.
 * Thread-safe.
 */
public final class BodyFilter implements Filter {

  /** Creates a filter. */
  public BodyFilter() {}

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    SwitchingBodyResponse switching =
        WebUtils.getNativeResponse(response, SwitchingBodyResponse.class);
    if (switching != null) { // an asynchronous dispatch has both wrappers
      chain.doFilter(request, response);
    } else if (request instanceof HttpServletRequest http
        && response instanceof HttpServletResponse answer) {
      switching = new SwitchingBodyResponse(answer, RequestLifecycle.of(request));
      chain.doFilter(hasBody(http) ? new SwitchingBodyRequest(http) : http, switching);
    } else {
      chain.doFilter(request, response);
    }
    if (switching != null && !request.isAsyncStarted()) {
      switching.finish();
    }
  }

  private static boolean hasBody(HttpServletRequest request) {
    return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
  }
}
