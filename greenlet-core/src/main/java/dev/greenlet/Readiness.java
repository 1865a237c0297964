package dev.greenlet;

import dev.greenlet.loop.RunLoop;
import dev.greenlet.loop.Watch;
import java.io.IOException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Lets greenlets and threads wait until a non-blocking channel can go on. What sockets are built
 * from.
 *
 * <p>A greenlet of a hub waits with the selector of that hub, which is what the hub sleeps in; one
 * of the shared lane with that of the lane, any other thread with one of the process. A channel may
 * be waited for at several places in turn. Interest in input stays registered between waits: to
 * wait again where one has waited before costs no system call.
 *
 * <p>{@link #wake} and {@link #close} end a wait, and so does a kill or the end of a deadline of
 * the greenlet that waits: the exit is thrown, and the channel is as it was. Inside of a {@link
 * SwitchPoint} that {@linkplain SwitchPoint#isCancellationDeclared declares} what a kill does to
 * its call, the wait leaves it to that. An interrupt ends no wait, and stays set.
 *
 * <p>Thread-safe; at most one waits for each operation at a time.
 */
public final class Readiness {
  private final SelectableChannel channel;
  private final Side input = new Side();
  private final Side output = new Side();
  private final List<Station> stations = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  private Readiness(SelectableChannel channel) {
    this.channel = channel;
  }

  /**
   * For one channel.
   *
   * @param channel a channel in non-blocking mode
   * @return what to wait with
   * @throws IllegalBlockingModeException if the channel is in blocking mode
   */
  public static Readiness of(SelectableChannel channel) {
    if (channel.isBlocking()) {
      throw new IllegalBlockingModeException();
    }
    return new Readiness(channel);
  }

  /**
   * Waits until the channel may be ready for an operation, or for no reason: callers try the
   * operation again, and loop. A switch point for greenlets; any other thread blocks.
   *
   * @param op one of {@link SelectionKey#OP_READ}, {@link SelectionKey#OP_WRITE} and {@link
   *     SelectionKey#OP_CONNECT}
   * @param reason what the greenlet is shown to wait for
   * @param nanos how long at most, on the clock of {@link #nanoTime()}; {@link Long#MAX_VALUE} for
   *     ever
   * @return {@code false} when the time is up
   * @throws IllegalStateException if somebody else waits for the same
   * @throws UnexpectedSwitchException inside of {@link Greenlets#withoutSwitching}
   * @throws IOException if the system has no selector to give
   * @throws GreenletExit if the caller is a greenlet and is killed before it can go on
   * @throws DeadlineExit if the caller is a greenlet, and a deadline is over before it can go on
   */
  public boolean await(int op, WaitReason reason, long nanos) throws IOException {
    Side side = sideOf(op);
    Waiter waiter = Waiter.ofCurrent();
    Station station = stationOf(waiter.channels());
    side.enter(new Stay(waiter, station), op, channel);
    try {
      if (closed) {
        return true;
      }
      if (!station.watch.isArmed(op)) {
        station.loop.arm(station.watch, op);
      }
      return waiter.awaitPeer(reason, nanos);
    } finally {
      side.leave();
    }
  }

  /**
   * The present time on the clock that the caller's waits go by: that of its runtime for a
   * greenlet, the machine's for any other thread.
   *
   * @return nanoseconds of arbitrary origin
   */
  public static long nanoTime() {
    DefaultGreenletTask<?> greenlet = CurrentGreenlet.get();
    return greenlet != null ? greenlet.environment().time().nanoTime() : System.nanoTime();
  }

  /**
   * Has whoever waits for an operation try it again. Any thread; never throws.
   *
   * @param op the operation
   */
  public void wake(int op) {
    sideOf(op).wake(null);
  }

  /**
   * Returns whether a thread waits for the channel. Any thread; outdated at once.
   *
   * @param thread a thread, that of a greenlet included
   * @return whether it waits
   */
  public boolean isAwaitedBy(Thread thread) {
    return input.isAwaitedBy(thread) || output.isAwaitedBy(thread);
  }

  /**
   * Has all who wait try again, now and in future, and gives back what the channel holds of
   * selectors, soon: to be called after the channel was closed. Any thread; a second call does
   * nothing.
   */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    input.wake(null);
    output.wake(null);
    for (Station station : stations) {
      station.loop.forgetClosedChannels();
    }
  }

  private Side sideOf(int op) {
    return op == SelectionKey.OP_READ ? input : output;
  }

  private Station stationOf(RunLoop loop) throws IOException {
    for (Station known : stations) {
      if (known.loop == loop) {
        return known;
      }
    }
    if (!loop.hasChannels()) {
      throw new IOException("The system has no selector to give: raise its limit of open files");
    }
    loop.openChannels();
    return addStation(loop);
  }

  private synchronized Station addStation(RunLoop loop) {
    for (Station known : stations) {
      if (known.loop == loop) {
        return known;
      }
    }
    stations.removeIf(left -> !left.loop.hasChannels());
    Station added = new Station(loop, channel, this::ready);
    stations.add(added);
    return added;
  }

  /** Of several places that watch the channel, only the one counts where somebody waits. */
  private Watch.Reception ready(Watch watch, int ops) {
    Watch.Reception ofInput =
        (ops & SelectionKey.OP_READ) == 0 ? Watch.Reception.UNWANTED : input.wake(watch);
    Watch.Reception ofOutput =
        (ops & ~SelectionKey.OP_READ) == 0 ? Watch.Reception.UNWANTED : output.wake(watch);
    return ofInput.compareTo(ofOutput) <= 0 ? ofInput : ofOutput;
  }

  /** A loop that watches, or has watched, the channel. */
  private static final class Station {
    final RunLoop loop;
    final Watch watch;

    Station(RunLoop loop, SelectableChannel channel, Watch.Listener listener) {
      this.loop = loop;
      this.watch = new Watch(channel, listener);
    }
  }

  /** One who waits, and where. */
  private record Stay(Waiter waiter, Station station) {}

  /** Input or output, and who waits for it. */
  private static final class Side {
    private final AtomicReference<@Nullable Stay> stay = new AtomicReference<>();

    void enter(Stay next, int op, SelectableChannel channel) {
      if (!stay.compareAndSet(null, next)) {
        throw new IllegalStateException(
            "Somebody else waits for operation %d of %s: let one wait at a time"
                .formatted(op, channel));
      }
    }

    void leave() {
      stay.set(null);
    }

    boolean isAwaitedBy(Thread thread) {
      Stay waiting = stay.get();
      return waiting != null && waiting.waiter.isOf(thread);
    }

    /** Wakes who waits, at the given watch if any. */
    Watch.Reception wake(@Nullable Watch at) {
      Stay waiting = stay.get();
      if (waiting == null || (at != null && waiting.station.watch != at)) {
        return Watch.Reception.UNWANTED;
      }
      if (waiting.waiter.isWoken()) {
        return Watch.Reception.AWAITED;
      }
      waiting.waiter.wake();
      return Watch.Reception.TAKEN;
    }
  }
}
