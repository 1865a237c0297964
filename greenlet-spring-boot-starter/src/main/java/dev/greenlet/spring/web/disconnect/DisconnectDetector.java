package dev.greenlet.spring.web.disconnect;

import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import dev.greenlet.ResilientLoop;
import dev.greenlet.spring.web.ContainerRequest;
import dev.greenlet.spring.web.DisconnectDetection;
import dev.greenlet.spring.web.RequestLifecycle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Looks at the channels of requests that wait, from a thread of its own, and reports those whose
 * client has disconnected. It reads nothing: what a client has sent ahead stays where it is.
 * Requests without a channel of their own are left to what their container reports.
 *
 * <p>A channel that is readable and has no bytes is at its end. So is, for a moment, one whose
 * bytes the request has just taken. Hence a client has disconnected only if two looks find that,
 * and the request has not run in between. A quick request, which ends before the first look, is
 * never registered.
 *
 * <p>Thread-safe. To be closed.
 */
public final class DisconnectDetector implements DisconnectDetection, AutoCloseable {
  private static final Log logger = LogFactory.getLog(DisconnectDetector.class);

  private final long periodNanos;
  private final Selector selector;
  private final Set<Watched> clients = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Starts a watch.
   *
   * @param period how long lies between two looks
   */
  public DisconnectDetector(Duration period) {
    this.periodNanos = period.toNanos();
    try {
      this.selector = Selector.open();
    } catch (IOException failure) {
      throw new UncheckedIOException("No selector to watch clients with", failure);
    }
    ResilientLoop loop =
        new ResilientLoop(
            this::lookOnce,
            period,
            failure -> log("Client disconnect detection failed and continues", failure));
    this.thread = Thread.ofPlatform().daemon().name("greenlet-clients").start(loop);
  }

  @Override
  public void begin(ContainerRequest request, RequestLifecycle lifecycle) {
    SocketChannel channel = request.channel();
    if (channel == null) {
      request.reportDisconnect();
      return;
    }
    Watched client = new Watched(channel, lifecycle);
    clients.add(client);
    lifecycle.onEnd(client);
  }

  /** Ends the thread, and lets go of all channels. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private boolean lookOnce() throws IOException {
    LockSupport.parkNanos(this, periodNanos);
    if (closed) {
      closeSelector();
      return false;
    }
    look();
    return true;
  }

  private void closeSelector() {
    try {
      selector.close();
    } catch (IOException closing) {
      logger.debug("The selector of the client disconnect detection could not be closed", closing);
    }
  }

  private void look() throws IOException {
    for (Watched client : clients) {
      attempt(client, client::register);
    }
    // also lets go of channels that their container has closed
    selector.selectNow(
        key -> {
          if (key.attachment() instanceof Watched client) {
            attempt(client, () -> client.readable(key));
          }
        });
  }

  /** Does something for one client, whose failure does not concern the others. */
  private void attempt(Watched client, Runnable action) {
    try {
      action.run();
    } catch (Throwable failure) {
      clients.remove(client);
      log("The client of a request is not watched any more", failure);
    }
  }

  private static void log(String message, Throwable failure) {
    try {
      logger.warn(message, failure);
    } catch (Throwable loggersOwn) {
      // the detection is worth more than the line
    }
  }

  /**
   * The client of a request that has not ended. Its state belongs to the watching thread. To run it
   * ends the watch.
   */
  private final class Watched implements Runnable {
    private static final long NEVER = -1;

    private final SocketChannel channel;
    private final RequestLifecycle request;
    private boolean seen;
    private boolean registered;
    private long switchesAtEnd = NEVER;

    private Watched(SocketChannel channel, RequestLifecycle request) {
      this.channel = channel;
      this.request = request;
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
        clients.remove(this); // the container has noticed by itself
      }
    }

    private void readable(SelectionKey key) {
      if (!clients.contains(this)) {
        key.attach(null);
        rest(key);
      } else if (isAtEnd() && hasNotRunSince()) {
        clients.remove(this);
        rest(key);
        request.disconnect();
      }
    }

    private static void rest(SelectionKey key) {
      try {
        key.interestOps(0);
      } catch (CancelledKeyException closedMeanwhile) {
        // by the container, whose channel it is
      }
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
      GreenletTask<?> greenlet = request.greenlet();
      long before = switchesAtEnd;
      switchesAtEnd = greenlet == null ? NEVER : switchesIfWaiting(greenlet);
      return before != NEVER && before == switchesAtEnd;
    }

    private long switchesIfWaiting(GreenletTask<?> greenlet) {
      // asynchronous: it waits while all that it has spawned does
      boolean withChildren = greenlet != request.origin();
      long switches = 0;
      Deque<GreenletTask<?>> left = new ArrayDeque<>();
      left.push(greenlet);
      while (!left.isEmpty()) {
        GreenletTask<?> next = left.pop();
        switches += next.switches();
        if (next.greenletState() != GreenletState.PARKED) {
          return NEVER;
        }
        if (withChildren) {
          next.children().forEach(left::push);
        }
      }
      return switches;
    }

    @Override
    public void run() {
      clients.remove(this);
    }
  }
}
