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
 * Checks the channels of waiting requests, on a thread of its own, and reports the requests whose
 * client has disconnected. It reads no bytes, so data that a client sends ahead is kept. For
 * requests without a channel of their own, it relies on the reports of their container.
 *
 * <p>A channel that is readable and has no bytes is at its end. For a moment, this also holds for a
 * channel whose bytes the request has just read. Hence a client counts as disconnected only if two
 * checks find this state, and the request has not run in between. A fast request, which ends before
 * the first check, is never registered.
 *
 * <p>Thread-safe; no method blocks. To be closed.
 */
public final class DisconnectDetector implements DisconnectDetection, AutoCloseable {
  private static final Log logger = LogFactory.getLog(DisconnectDetector.class);

  private final long periodNanos;
  private final Selector selector;
  private final Set<WatchedClient> clients = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Starts the thread of the detection.
   *
   * @param period the time between two checks
   */
  public DisconnectDetector(Duration period) {
    this.periodNanos = period.toNanos();
    try {
      this.selector = Selector.open();
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "Could not open a selector for the detection of client disconnects", failure);
    }
    ResilientLoop loop =
        new ResilientLoop(
            this::checkOnce,
            period,
            failure -> log("A check for client disconnects failed and is repeated", failure));
    this.thread = Thread.ofPlatform().daemon().name("greenlet-disconnects").start(loop);
  }

  @Override
  public void begin(ContainerRequest request, RequestLifecycle lifecycle) {
    SocketChannel channel = request.channel();
    if (channel == null) {
      request.reportDisconnect();
      return;
    }
    WatchedClient client = new WatchedClient(channel, lifecycle);
    clients.add(client);
    lifecycle.onEnd(client);
  }

  /** Ends the thread, and releases all channels. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private boolean checkOnce() throws IOException {
    LockSupport.parkNanos(this, periodNanos);
    if (closed) {
      closeSelector();
      return false;
    }
    check();
    return true;
  }

  private void closeSelector() {
    try {
      selector.close();
    } catch (IOException closing) {
      logger.debug("Could not close the selector of the client disconnect detection", closing);
    }
  }

  private void check() throws IOException {
    for (WatchedClient client : clients) {
      attempt(client, client::register);
    }
    // also releases channels that their container has closed
    selector.selectNow(
        key -> {
          if (key.attachment() instanceof WatchedClient client) {
            attempt(client, () -> client.readable(key));
          }
        });
  }

  /** Runs an action for one client, whose failure does not affect the others. */
  private void attempt(WatchedClient client, Runnable action) {
    try {
      action.run();
    } catch (Throwable failure) {
      clients.remove(client);
      log("Client disconnect detection has stopped for one request", failure);
    }
  }

  private static void log(String message, Throwable failure) {
    try {
      logger.warn(message, failure);
    } catch (Throwable ignored) {
      // the detection must not stop because its log does
    }
  }

  /**
   * The client of a request that has not ended. Its state is confined to the thread of the
   * detection. Running it ends the detection for the client.
   */
  private final class WatchedClient implements Runnable {
    private static final long NEVER = -1;

    private final SocketChannel channel;
    private final RequestLifecycle request;
    private boolean seen;
    private boolean registered;
    private long switchesAtEnd = NEVER;

    private WatchedClient(SocketChannel channel, RequestLifecycle request) {
      this.channel = channel;
      this.request = request;
    }

    /** Registers the channel at the second check: most requests end before that. */
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
        clients.remove(this); // the container has detected it by itself
      }
    }

    private void readable(SelectionKey key) {
      if (!clients.contains(this)) {
        key.attach(null);
        pause(key);
      } else if (isAtEnd() && hasNotRunSince()) {
        clients.remove(this);
        pause(key);
        request.disconnect();
      }
    }

    private static void pause(SelectionKey key) {
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

    /**
     * Returns whether the request waits, and has waited since the last check found the end of the
     * channel.
     */
    private boolean hasNotRunSince() {
      GreenletTask<?> greenlet = request.greenlet();
      long before = switchesAtEnd;
      switchesAtEnd = greenlet == null ? NEVER : switchesIfWaiting(greenlet);
      return before != NEVER && before == switchesAtEnd;
    }

    private long switchesIfWaiting(GreenletTask<?> greenlet) {
      // an asynchronous request waits while all greenlets that it has spawned wait
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
