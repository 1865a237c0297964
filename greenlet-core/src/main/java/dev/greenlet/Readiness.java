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
 * The readiness of a non-blocking channel, for which greenlets and threads can wait: the basis of
 * the sockets of this library. An SPI for libraries that do non-blocking I/O.
 *
 * <p>A greenlet of a hub waits with the selector of that hub, in which the hub sleeps; a greenlet
 * of the shared lane waits with the selector of the lane, any other thread with one of the process.
 * The places may differ from one wait for a channel to the next. Interest in input stays registered
 * between waits, so that another wait at the same place costs no system call.
 *
 * <p>{@link #wake} and {@link #close} end a wait, and so does a kill or an expired deadline of the
 * greenlet that waits: the exit is thrown, and the channel stays as it was. Inside a {@link
 * SwitchPoint} that {@linkplain SwitchPoint#isCancellationDeclared declares} what a kill does to
 * its call, the wait relies on that. An interrupt does not end a wait, and its status is kept.
 *
 * <p>Thread-safe: any thread may call each method. At most one greenlet or thread waits for each
 * operation at a time.
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
   * Creates an object that waits for a channel.
   *
   * @param channel a channel in non-blocking mode
   * @return the readiness of the channel
   * @throws IllegalBlockingModeException if the channel is in blocking mode
   */
  public static Readiness of(SelectableChannel channel) {
    if (channel.isBlocking()) {
      throw new IllegalBlockingModeException();
    }
    return new Readiness(channel);
  }

  /**
   * Waits until the channel may be ready for an operation. May return spuriously: the caller tries
   * the operation again, in a loop. A switch point for greenlets; any other thread blocks.
   *
   * @param op one of {@link SelectionKey#OP_READ}, {@link SelectionKey#OP_WRITE} and {@link
   *     SelectionKey#OP_CONNECT}
   * @param reason the reason that is shown for the wait
   * @param nanos the longest time to wait, in nanoseconds of the clock of {@link #nanoTime()}, or
   *     {@link Long#MAX_VALUE} to wait without a timeout
   * @return {@code false} if the time has elapsed
   * @throws IllegalStateException if another greenlet or thread waits for the same operation
   * @throws UnexpectedSwitchException inside {@link Greenlets#withoutSwitching}
   * @throws IOException if no selector is available
   * @throws GreenletExit if the caller is a greenlet that is killed before the wait has ended
   * @throws DeadlineExit if the caller is a greenlet, one of whose deadlines expires before the
   *     wait has ended
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
   * Returns the current time of the clock that measures the waits of the caller: that of its
   * runtime for a greenlet, {@link System#nanoTime()} for any other thread.
   *
   * @return nanoseconds of arbitrary origin
   */
  public static long nanoTime() {
    DefaultGreenletTask<?> greenlet = CurrentGreenlet.get();
    return greenlet != null ? greenlet.environment().time().nanoTime() : System.nanoTime();
  }

  /**
   * Ends the wait for an operation, if there is one, so that its caller tries the operation again.
   * Never waits and never throws.
   *
   * @param op one of {@link SelectionKey#OP_READ}, {@link SelectionKey#OP_WRITE} and {@link
   *     SelectionKey#OP_CONNECT}
   */
  public void wake(int op) {
    sideOf(op).wake(null);
  }

  /**
   * Returns whether a thread waits for the channel. Outdated at once.
   *
   * @param thread a thread, which may be that of a greenlet
   * @return {@code true} if it waits
   */
  public boolean isAwaitedBy(Thread thread) {
    return input.isAwaitedBy(thread) || output.isAwaitedBy(thread);
  }

  /**
   * Ends all waits, now and in future, so that their callers try again, and has the selectors
   * release the keys of the channel soon. To be called after the channel was closed. A second call
   * does nothing.
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
      throw new IOException("No selector is available: raise the system's limit of open files");
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

  /** Wakes the waiters of the ready operations; only the watch counts at which they wait. */
  private Watch.Reception ready(Watch watch, int ops) {
    Watch.Reception ofInput =
        (ops & SelectionKey.OP_READ) == 0 ? Watch.Reception.UNWANTED : input.wake(watch);
    Watch.Reception ofOutput =
        (ops & ~SelectionKey.OP_READ) == 0 ? Watch.Reception.UNWANTED : output.wake(watch);
    return ofInput.compareTo(ofOutput) <= 0 ? ofInput : ofOutput;
  }

  /** A loop that watches or has watched the channel. */
  private static final class Station {
    final RunLoop loop;
    final Watch watch;

    Station(RunLoop loop, SelectableChannel channel, Watch.Listener listener) {
      this.loop = loop;
      this.watch = new Watch(channel, listener);
    }
  }

  /** A wait, and the place of it. */
  private record Stay(Waiter waiter, Station station) {}

  /** Input or output, and the wait for it, if any. */
  private static final class Side {
    private final AtomicReference<@Nullable Stay> stay = new AtomicReference<>();

    void enter(Stay next, int op, SelectableChannel channel) {
      if (!stay.compareAndSet(null, next)) {
        throw new IllegalStateException(
            "Another wait for operation %d of %s is in progress: wait for it one at a time"
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

    /** Wakes the waiter, if there is one and, unless null is given, it waits at the given watch. */
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
