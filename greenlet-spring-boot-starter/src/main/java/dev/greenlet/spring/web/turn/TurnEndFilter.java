package dev.greenlet.spring.web.turn;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/** Ends the turns of a request when it has ended. To be the first of all filters, or nearly. */
public final class TurnEndFilter implements Filter {

  /** Creates a filter. */
  public TurnEndFilter() {}

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    RequestTurns turns = new RequestTurns();
    turns.belongTo(request);
    try {
      chain.doFilter(request, response);
    } finally {
      turns.endWith(request);
    }
  }
}
