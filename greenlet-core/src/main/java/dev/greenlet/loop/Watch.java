package dev.greenlet.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.jspecify.annotations.Nullable;

/**
 * The interest in one channel at one {@link Poller}. Interest in input stays registered for as long
 * as a waiter takes what comes, so that a peer that answers once per question costs no change of
 * it; other interest ends when it is served.
 *
 * <p>A waiter makes itself known to the listener first and asks {@link #isArmed} afterwards; the
 * poller disarms first and looks for a waiter afterwards. One of the two sees the other.
 */
public final class Watch {
  /** How often in a row input may be ready and is not taken, until the interest ends. */
  private static final int PATIENCE = 3;

  private static final int LASTING = SelectionKey.OP_READ;
  private static final VarHandle ARMED;

  static {
    try {
      ARMED = MethodHandles.lookup().findVarHandle(Watch.class, "armed", int.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  /** The outcome of the notification that a channel is ready. */
  public enum Reception {
    /** A waiter was here, and has been woken. */
    TAKEN,
    /** A waiter was woken before, and has not run yet. */
    AWAITED,
    /** There is no waiter here. */
    UNWANTED
  }

  /** Is notified of readiness. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Notifies the listener that the channel may be ready. Called by the owner of the poller; must
     * not block or throw.
     *
     * @param watch the watch
     * @param ops the operations, of {@link SelectionKey}
     * @return the outcome
     */
    Reception ready(Watch watch, int ops);
  }

  private final SelectableChannel channel;
  private final Listener listener;
  private volatile int armed;

  // the poller's owner only
  private @Nullable SelectionKey key;
  private int wanted;
  private int untaken;

  /**
   * Creates a watch that is not yet armed.
   *
   * @param channel a channel in non-blocking mode
   * @param listener the listener, which is notified
   */
  public Watch(SelectableChannel channel, Listener listener) {
    this.channel = channel;
    this.listener = listener;
  }

  /**
   * Returns whether the listener will be notified of an operation as things are. Any thread.
   *
   * @param op one of {@link SelectionKey}'s operations
   * @return whether the poller is or will be interested
   */
  public boolean isArmed(int op) {
    return (armed & op) != 0;
  }

  /** Notes a wish. Returns whether it is the first since the last {@link #apply}. Owner only. */
  boolean want(int op) {
    boolean first = wanted == 0;
    wanted |= op;
    ARMED.getAndBitwiseOr(this, op);
    return first;
  }

  /** Registers what is wanted. The owner, outside of greenlets. Returns the number of changes. */
  int apply(Selector selector) {
    int ops = wanted;
    wanted = 0;
    untaken = 0;
    try {
      SelectionKey registered = key;
      if (registered == null) {
        key = channel.register(selector, ops, this);
        return 1;
      }
      int before = registered.interestOpsOr(ops);
      return (before | ops) == before ? 0 : 1;
    } catch (ClosedChannelException | CancelledKeyException closed) {
      end();
      return 0;
    }
  }

  /**
   * Passes on what the selector has found. Owner only. Returns the number of changes. A waiter that
   * was woken and has not run is in the queue of a loop that is busy; a loop that is {@code idle}
   * has none, and would spin.
   */
  int found(SelectionKey found, boolean idle) {
    try {
      return passOn(found, idle);
    } catch (CancelledKeyException closed) {
      end();
      return 0;
    }
  }

  private int passOn(SelectionKey found, boolean idle) {
    int ready = found.readyOps() & found.interestOps();
    int over = ready & ~LASTING;
    switch (listener.ready(this, ready)) {
      case TAKEN -> untaken = 0;
      case AWAITED -> untaken += idle ? 1 : 0;
      case UNWANTED -> untaken++;
    }
    if (untaken > PATIENCE) {
      over = ready;
    }
    if (over == 0) {
      return 0;
    }
    found.interestOpsAnd(~over);
    disarm(over);
    return 1;
  }

  /**
   * Wakes the waiters, which then try for themselves: nothing more will come from here. The owner
   * of the poller, or any thread when there is none.
   */
  public void end() {
    disarm(~0);
  }

  private void disarm(int ops) {
    ARMED.getAndBitwiseAnd(this, ~ops); // a full fence as well
    listener.ready(this, ops);
  }
}
