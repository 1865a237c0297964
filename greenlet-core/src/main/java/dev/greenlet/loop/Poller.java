package dev.greenlet.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A selector and the channels that are watched with it. It has one owner at a time, as the
 * structures of a run loop have; only the carrier selects, for a selecting thread holds locks with
 * which a greenlet must not be parked.
 */
final class Poller {
  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Selector selector;
  private final ArrayDeque<Watch> wishes = new ArrayDeque<>();
  private final Consumer<SelectionKey> found = this::found;
  private boolean closedChannels;
  private boolean idle;
  private long changes;

  private Poller(Selector selector) {
    this.selector = selector;
  }

  /**
   * Opens a poller. Any thread.
   *
   * @return a poller that watches nothing
   * @throws IOException if the system has no more to give
   */
  public static Poller open() throws IOException {
    return new Poller(Selector.open());
  }

  /**
   * Notifies the listener of a watch when its channel is ready. The owner only.
   *
   * @param watch the watch, always of this poller
   * @param op one of {@link SelectionKey}'s operations
   */
  public void arm(Watch watch, int op) {
    if (watch.want(op)) {
      wishes.add(watch);
    }
  }

  /**
   * Notes that a watched channel was closed: the next selection gives its descriptor back. The
   * owner only.
   */
  public void forgetClosed() {
    closedChannels = true;
  }

  /**
   * Returns whether the next selection should not be delayed. The owner only.
   *
   * @return whether closed channels wait for it
   */
  public boolean isUrgent() {
    return closedChannels;
  }

  /**
   * Notifies the listeners of the channels that are ready. The owner, outside of greenlets.
   *
   * @throws IOException if the selector fails
   */
  public void poll() throws IOException {
    beforeSelection();
    idle = false;
    selector.selectNow(found);
  }

  /**
   * Waits until something is ready, the time is up, or {@link #wakeUp}; then as {@link #poll}. The
   * owner, outside of greenlets.
   *
   * @param nanos how long at most, of which whole milliseconds count, and at least one; {@link
   *     Long#MAX_VALUE} for no limit
   * @throws IOException if the selector fails
   */
  public void await(long nanos) throws IOException {
    beforeSelection();
    idle = true;
    if (nanos == Long.MAX_VALUE) {
      selector.select(found);
    } else {
      selector.select(found, Math.max(1, nanos / NANOS_PER_MILLI));
    }
  }

  /** Ends the present or the next {@link #await}. Any thread; never throws. */
  public void wakeUp() {
    selector.wakeup();
  }

  /**
   * Returns how often a registration was made or changed. The owner only.
   *
   * @return the number of changes
   */
  public long changes() {
    return changes;
  }

  /**
   * Ends the poller; all waiters are woken, and try for themselves. The owner, outside of
   * greenlets.
   */
  public void close() {
    for (SelectionKey key : selector.keys()) {
      ((Watch) key.attachment()).end();
    }
    for (Watch wish = wishes.poll(); wish != null; wish = wishes.poll()) {
      wish.end();
    }
    try {
      selector.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void beforeSelection() {
    closedChannels = false;
    for (Watch wish = wishes.poll(); wish != null; wish = wishes.poll()) {
      changes += wish.apply(selector);
    }
  }

  private void found(SelectionKey key) {
    changes += ((Watch) key.attachment()).found(key, idle);
  }
}
