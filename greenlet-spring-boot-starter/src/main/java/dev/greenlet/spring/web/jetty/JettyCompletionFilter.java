package dev.greenlet.spring.web.jetty;

import dev.greenlet.spring.web.CompletionListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;

/**
 * Tells those who listen to an asynchronous request that it has completed also where Jetty's
 * servlets do not: when it is aborted, because its answer cannot be written to the end. Jetty
 * itself knows.
 */
public final class JettyCompletionFilter implements Filter {

  /** Creates a filter, to be registered for the dispatcher type {@code REQUEST}. */
  public JettyCompletionFilter() {}

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try {
      chain.doFilter(request, response);
    } finally {
      if (request.isAsyncStarted()) {
        Request.addCompletionListener(
            ServletContextRequest.getServletContextRequest(request),
            _ -> CompletionListener.tellAll(request));
      }
    }
  }
}
