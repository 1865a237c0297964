package dev.greenlet.spring.web.presence;

import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Stint;
import dev.greenlet.spring.web.presence.ClientWatch.Presence;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/**
 * Ends a request that waits, in the line before admission too, when its client has gone. A request
 * that goes on asynchronously is watched until its greenlet has left it.
 */
public final class ClientGoneFilter implements Filter {
  private final ClientChannels channels;
  private final ClientWatch watch;

  /**
   * Creates a filter.
   *
   * @param channels knows the channel of a request
   * @param watch looks at the channels
   */
  public ClientGoneFilter(ClientChannels channels, ClientWatch watch) {
    this.channels = channels;
    this.watch = watch;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    GreenletTask<?> greenlet = Greenlets.currentOrNull();
    SocketChannel channel = greenlet == null ? null : channels.of(request);
    if (greenlet == null || channel == null) {
      chain.doFilter(request, response);
      return;
    }
    Presence presence = watch.begin(channel, greenlet);
    try (presence;
        Stint _ = Stint.begin()) {
      chain.doFilter(request, response);
    } catch (GreenletExit exit) {
      if (!presence.isGone()) {
        throw exit;
      }
      // nobody is there to be answered
    }
  }
}
