package dev.greenlet.spring.web.presence;

import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Stint;
import dev.greenlet.spring.web.CompletionListener;
import dev.greenlet.spring.web.scope.StandIns;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Ends a request that waits, in the line before admission too, when its client has gone. A request
 * that has gone asynchronous is watched until it has completed.
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
    Presence presence = greenlet == null ? null : begin(request, greenlet);
    if (presence == null) {
      chain.doFilter(request, response);
      return;
    }
    try (Stint _ = Stint.begin()) {
      chain.doFilter(request, response);
    } catch (GreenletExit exit) {
      if (!presence.isGone()) {
        throw exit;
      }
      // nobody is there to be answered
    } finally {
      if (!goesOn(presence, request)) {
        presence.close();
      }
    }
  }

  private @Nullable Presence begin(ServletRequest request, GreenletTask<?> greenlet) {
    SocketChannel channel = channels.of(request);
    if (channel != null) {
      return watch.begin(channel, greenlet);
    }
    Presence presence = new Presence(greenlet);
    return channels.onGone(request, presence::leave) ? presence : null;
  }

  private static boolean goesOn(Presence presence, ServletRequest request) {
    GreenletTask<?> standIn = request.isAsyncStarted() ? StandIns.of(request) : null;
    if (standIn == null) {
      return false;
    }
    presence.goOnWith(standIn);
    return new Watched(presence).listenTo(request);
  }

  private static final class Watched extends CompletionListener {
    private final Presence presence;

    private Watched(Presence presence) {
      this.presence = presence;
    }

    @Override
    protected void completed() {
      presence.close();
    }
  }
}
