package dev.greenlet.spring.web.presence;

import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Looks at the channels of requests that wait, from a thread of its own, and kills those whose
 * client has gone. It reads nothing: what a client has sent ahead stays where it is.
 *
 * <p>A channel that is readable and has no bytes is at its end. So is, for a moment, one whose
 * bytes the request has just taken. Hence a client has gone only if two looks find that, and the
 * request has not run in between. A quick request, which ends before the first look, is never
 * registered.
 *
 * <p>Thread-safe. To be closed.
 */
public final class ClientWatch implements AutoCloseable {
  private static final Log logger = LogFactory.getLog(ClientWatch.class);

  private final long periodNanos;
  private final Selector selector;
  private final Set<Watched> presences = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Starts a watch.
   *
   * @param period how long lies between two looks
   */
  public ClientWatch(Duration period) {
    this.periodNanos = period.toNanos();
    try {
      this.selector = Selector.open();
    } catch (IOException failure) {
      throw new UncheckedIOException("No selector to watch clients with", failure);
    }
    this.thread = Thread.ofPlatform().daemon().name("greenlet-clients").start(this::watch);
  }

  /**
   * Keeps an eye on the client of a request, until the presence is closed. Any thread.
   *
   * @param channel the channel of the request
   * @param request the greenlet that handles the request; it is killed when the client has gone
   * @return what is to be closed when the request has been handled
   */
  Presence begin(SocketChannel channel, GreenletTask<?> request) {
    Watched presence = new Watched(channel, request);
    presences.add(presence);
    return presence;
  }

  /** Ends the thread, and lets go of all channels. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private void watch() {
    try (selector) {
      while (!closed) {
        LockSupport.parkNanos(this, periodNanos);
        look();
      }
    } catch (IOException | RuntimeException failure) {
      logger.warn("Clients that go are not noticed any more", failure);
    }
  }

  private void look() throws IOException {
    presences.forEach(Watched::register);
    // also lets go of channels that their container has closed
    selector.selectNow(
        key -> {
          if (key.attachment() instanceof Watched presence) {
            presence.readable(key);
          }
        });
  }

  /** A client that is looked at. Its own state belongs to the watching thread. */
  private final class Watched extends Presence {
    private static final long NEVER = -1;

    private final SocketChannel channel;
    private volatile boolean asynchronous;
    private boolean seen;
    private boolean registered;
    private long switchesAtEnd = NEVER;

    private Watched(SocketChannel channel, GreenletTask<?> request) {
      super(request);
      this.channel = channel;
    }

    /** Registers the channel at the second look: most requests do not live that long. */
    private void register() {
      if (registered || !seen) {
        seen = true;
        return;
      }
      registered = true;
      try {
        SelectionKey earlier = channel.keyFor(selector);
        if (earlier != null && earlier.isValid()) {
          earlier.attach(this);
          earlier.interestOps(SelectionKey.OP_READ);
        } else if (!channel.isBlocking()) {
          channel.register(selector, SelectionKey.OP_READ, this);
        }
      } catch (ClosedChannelException | RuntimeException closedMeanwhile) {
        presences.remove(this); // the container has noticed by itself
      }
    }

    private void readable(SelectionKey key) {
      if (!presences.contains(this)) {
        key.attach(null);
        rest(key);
      } else if (isAtEnd() && hasNotRunSince()) {
        presences.remove(this);
        rest(key);
        leave();
      }
    }

    private static void rest(SelectionKey key) {
      try {
        key.interestOps(0);
      } catch (CancelledKeyException closedMeanwhile) {
        // by the container, whose channel it is
      }
    }

    /** From now on it counts as waiting while all that it has spawned does. */
    @Override
    void goOnWith(GreenletTask<?> standIn) {
      asynchronous = true;
      super.goOnWith(standIn);
    }

    private boolean isAtEnd() {
      try {
        return channel.socket().getInputStream().available() == 0;
      } catch (IOException reset) {
        return true;
      }
    }

    /** Whether the request waits, and has waited since the last look found the channel's end. */
    private boolean hasNotRunSince() {
      long before = switchesAtEnd;
      switchesAtEnd = switchesIfWaiting(request());
      return before != NEVER && before == switchesAtEnd;
    }

    private long switchesIfWaiting(GreenletTask<?> greenlet) {
      long switches = greenlet.switches();
      if (greenlet.status() != GreenletState.PARKED) {
        return NEVER;
      }
      if (asynchronous) {
        for (GreenletTask<?> child : greenlet.children()) {
          long ofChild = switchesIfWaiting(child);
          if (ofChild == NEVER) {
            return NEVER;
          }
          switches += ofChild;
        }
      }
      return switches;
    }

    @Override
    public void close() {
      super.close();
      presences.remove(this);
    }
  }
}
