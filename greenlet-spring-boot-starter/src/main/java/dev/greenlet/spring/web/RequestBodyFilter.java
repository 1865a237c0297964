package dev.greenlet.spring.web;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/**
 * Makes reading the body of a request a switch point. For the portable engine, on which a read of
 * the JDK's keeps the hub: a client that sends slowly then holds up no other request. On the native
 * engine such a read gives up the hub by itself.
 */
public final class RequestBodyFilter implements Filter {

  /** Creates a filter. */
  public RequestBodyFilter() {}

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    boolean hasBody =
        request instanceof HttpServletRequest http
            && (http.getContentLengthLong() > 0 || http.getHeader("Transfer-Encoding") != null);
    chain.doFilter(
        hasBody ? new SwitchingBodyRequest((HttpServletRequest) request) : request, response);
  }
}
