package dev.greenlet.sync;

import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.WaitReason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes values from senders to receivers, either directly (a rendezvous, where a send ends when
 * the value is received) or through a buffer. A closed channel accepts no more values; the values
 * in its buffer can still be received. {@link Select} waits for several channels at once.
 *
 * <p>A closed channel and an expired timeout are results, not exceptions:
 *
 * <pre>{@code
 * switch (prices.receive(Duration.ofSeconds(1))) {
 *   case Received.Value(var price) -> show(price);
 *   case Received.Closed() -> showClosed();
 *   case Received.TimedOut() -> showOld();
 * }
 * }</pre>
 *
 * <p>Thread-safe: {@linkplain dev.greenlet.sync any thread} may call every method. Senders are
 * served in the order of their arrival, and so are receivers. Actions before a send happen before
 * the actions that follow the receipt of its value; at a rendezvous, actions before the receive
 * also happen before the actions that follow the send. A receiver that is killed, interrupted or
 * timed out takes no value, and the value of such a sender is not received. Values must not be
 * {@code null}.
 *
 * @param <T> the type of the values
 */
public final class Channel<T> implements Iterable<T>, Synchronizer {
  static final String KIND = "channel";
  private static final AtomicLong LAST_ID = new AtomicLong();

  final long id = LAST_ID.incrementAndGet();
  final WaitGuard guard = new WaitGuard();
  private final WaitReason reason;
  private final int capacity;
  private final ArrayDeque<T> buffer = new ArrayDeque<>();
  private final WaitQueue<T> senders; // empty while the buffer has room
  private final WaitQueue<T> receivers; // empty while a value is available
  private volatile boolean closed; // written under the guard

  private Channel(int capacity, String name) {
    this.reason = new WaitReason(KIND, name);
    this.capacity = capacity;
    this.senders = new WaitQueue<>(guard, reason);
    this.receivers = new WaitQueue<>(guard, reason);
  }

  /**
   * Creates a rendezvous channel without a name.
   *
   * @param <T> the type of the values
   * @return the channel
   */
  public static <T> Channel<T> rendezvous() {
    return rendezvous("");
  }

  /**
   * Creates a rendezvous channel. Any thread; never waits.
   *
   * @param name the name that wait reasons show
   * @param <T> the type of the values
   * @return the channel
   */
  public static <T> Channel<T> rendezvous(String name) {
    return new Channel<>(0, name);
  }

  /**
   * Creates a buffered channel without a name.
   *
   * @param capacity the largest number of values that are sent but not received
   * @param <T> the type of the values
   * @return the channel
   * @throws IllegalArgumentException if the capacity is less than one
   */
  public static <T> Channel<T> buffered(int capacity) {
    return buffered(capacity, "");
  }

  /**
   * Creates a buffered channel. Any thread; never waits.
   *
   * @param capacity the largest number of values that are sent but not received
   * @param name the name that wait reasons show
   * @param <T> the type of the values
   * @return the channel
   * @throws IllegalArgumentException if the capacity is less than one
   */
  public static <T> Channel<T> buffered(int capacity, String name) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "'capacity' of channel '%s' must be at least 1, was %d: use Channel.rendezvous() instead"
              .formatted(name, capacity));
    }
    return new Channel<>(capacity, name);
  }

  // --- sending -----------------------------------------------------------------------------------

  /**
   * Sends a value, waiting for a receiver or for room in the buffer if necessary. Any thread. A
   * switch point if it waits.
   *
   * @param value the value
   * @return {@link Sent#ACCEPTED}, or {@link Sent#CLOSED} if the channel is closed or is closed
   *     during the wait
   * @throws InterruptedException if the caller is interrupted while it waits; the value is not sent
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; the value is not sent
   */
  public Sent send(T value) throws InterruptedException {
    return send(value, WaitLimit.ENDLESS);
  }

  /**
   * Sends a value, waiting up to {@code timeout} for a receiver or for room in the buffer if
   * necessary. Any thread. A switch point if it waits.
   *
   * @param value the value
   * @param timeout the longest time to wait; zero or less does not wait
   * @return whether the value was accepted in time, or the channel is closed or was closed during
   *     the wait
   * @throws InterruptedException if the caller is interrupted while it waits; the value is not sent
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; the value is not sent
   */
  public Sent send(T value, Duration timeout) throws InterruptedException {
    return send(value, WaitLimit.of(timeout));
  }

  private Sent send(T value, WaitLimit limit) throws InterruptedException {
    requireValue(value);
    TransferResult<T> exchange;
    WaitNode<T> own = null;
    guard.lock();
    try {
      exchange = trySend(value);
      if (!exchange.isOver() && !limit.isNone()) {
        own = senders.join(value);
      }
    } finally {
      guard.unlock();
    }
    if (own != null && senders.await(own, limit)) {
      exchange = TransferResult.of(own);
    }
    return switch (exchange.step()) {
      case DONE -> Sent.ACCEPTED;
      case CLOSED -> Sent.CLOSED;
      case MUST_WAIT -> Sent.TIMED_OUT;
    };
  }

  // --- receiving ---------------------------------------------------------------------------------

  /**
   * Receives a value, waiting for one if necessary. Any thread. A switch point if it waits.
   *
   * @return a value, or {@link Received.Closed} if the channel is closed and empty; never {@link
   *     Received.TimedOut}
   * @throws InterruptedException if the caller is interrupted while it waits; it takes no value
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it takes no value
   */
  public Received<T> receive() throws InterruptedException {
    return receive(WaitLimit.ENDLESS);
  }

  /**
   * Receives a value, waiting up to {@code timeout} for one if necessary. Any thread. A switch
   * point if it waits.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @return a value, {@link Received.Closed} if the channel is closed and empty, or {@link
   *     Received.TimedOut}
   * @throws InterruptedException if the caller is interrupted while it waits; it takes no value
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it takes no value
   */
  public Received<T> receive(Duration timeout) throws InterruptedException {
    return receive(WaitLimit.of(timeout));
  }

  private Received<T> receive(WaitLimit limit) throws InterruptedException {
    TransferResult<T> exchange;
    WaitNode<T> own = null;
    guard.lock();
    try {
      exchange = tryReceive();
      if (!exchange.isOver() && !limit.isNone()) {
        own = receivers.join(null);
      }
    } finally {
      guard.unlock();
    }
    if (own != null && receivers.await(own, limit)) {
      exchange = TransferResult.of(own);
    }
    return switch (exchange.step()) {
      case DONE -> new Received.Value<>(exchange.received());
      case CLOSED -> new Received.Closed<>();
      case MUST_WAIT -> new Received.TimedOut<>();
    };
  }

  /**
   * Returns an iterator that receives until the channel is closed and empty. Its {@code hasNext} is
   * the switch point, and a value received there belongs to the iterator. An iterator is confined
   * to one thread; any number of iterators share the values.
   *
   * @return an iterator, whose waits throw {@link CancellationException} if the caller is
   *     interrupted (the interrupt status stays set), and {@link dev.greenlet.GreenletExit} if it
   *     is killed
   */
  @Override
  public Iterator<T> iterator() {
    return new Iterator<>() {
      private @Nullable T next;

      @Override
      public boolean hasNext() {
        if (next == null) {
          next = receiveOrNull();
        }
        return next != null;
      }

      @Override
      public T next() {
        T result = hasNext() ? next : null;
        if (result == null) {
          throw new NoSuchElementException(describe() + " is closed and empty");
        }
        next = null;
        return result;
      }
    };
  }

  private @Nullable T receiveOrNull() {
    try {
      return switch (receive()) {
        case Received.Value<T>(T value) -> value;
        case Received.Closed<T> _, Received.TimedOut<T> _ -> null;
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      CancellationException cancelled =
          new CancellationException("The iteration over %s was interrupted".formatted(describe()));
      cancelled.initCause(e);
      throw cancelled;
    }
  }

  // --- clauses of a select -----------------------------------------------------------------------

  /**
   * Creates a clause that receives. If the channel is closed and empty, the select throws {@link
   * ChannelClosedException}. Any thread; never waits.
   *
   * @param handler the function that the selecting caller applies to the value after the exchange
   * @param <R> the type of the select's result
   * @return the clause
   */
  public <R extends @Nullable Object> Clause<R> onReceive(
      Function<? super T, ? extends R> handler) {
    return onReceive(handler, this::failClosed);
  }

  /**
   * Creates a clause that receives. Any thread; never waits.
   *
   * @param handler the function that the selecting caller applies to the value after the exchange
   * @param whenClosed called in its place if the channel is closed and empty
   * @param <R> the type of the select's result
   * @return the clause
   */
  public <R extends @Nullable Object> Clause<R> onReceive(
      Function<? super T, ? extends R> handler, Supplier<? extends R> whenClosed) {
    return new Clause.Receive<>(this, handler, whenClosed);
  }

  /**
   * Creates a clause that sends. If the channel is closed, the select throws {@link
   * ChannelClosedException}. Any thread; never waits.
   *
   * @param value the value
   * @param handler called by the selecting caller after the value was accepted
   * @param <R> the type of the select's result
   * @return the clause
   */
  public <R extends @Nullable Object> Clause<R> onSend(T value, Supplier<? extends R> handler) {
    return onSend(value, handler, this::failClosed);
  }

  /**
   * Creates a clause that sends. Any thread; never waits.
   *
   * @param value the value
   * @param handler called by the selecting caller after the value was accepted
   * @param whenClosed called in its place if the channel is closed
   * @param <R> the type of the select's result
   * @return the clause
   */
  public <R extends @Nullable Object> Clause<R> onSend(
      T value, Supplier<? extends R> handler, Supplier<? extends R> whenClosed) {
    return new Clause.Send<>(this, requireValue(value), handler, whenClosed);
  }

  private <R extends @Nullable Object> R failClosed() {
    throw new ChannelClosedException(
        "%s is closed: pass 'whenClosed' to its clause to handle that".formatted(describe()));
  }

  // --- closing -----------------------------------------------------------------------------------

  /**
   * Closes the channel. Pending sends and receives end with {@code CLOSED}; the values in the
   * buffer can still be received. Any thread, any number of times; never waits.
   */
  public void close() {
    guard.run(
        () -> {
          closed = true;
          senders.refuseAll();
          receivers.refuseAll();
        });
  }

  /**
   * Returns whether the channel is closed. Any thread.
   *
   * @return {@code true} if the channel accepts no more values
   */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Returns the number of values in the buffer, which may change at once. Any thread; never waits.
   *
   * @return the number of values
   */
  public int size() {
    return guard.call(() -> buffer.size());
  }

  // --- with the guard held -----------------------------------------------------------------------

  TransferResult<T> trySend(T value) {
    if (closed) {
      return TransferResult.closed();
    }
    WaitNode<T> receiver = receivers.grantFirst();
    if (receiver != null) {
      receiver.give(value);
      return TransferResult.done(null);
    }
    if (buffer.size() < capacity) {
      buffer.addLast(value);
      return TransferResult.done(null);
    }
    return TransferResult.mustWait();
  }

  TransferResult<T> tryReceive() {
    T head = buffer.pollFirst();
    if (head == null && closed) {
      return TransferResult.closed();
    }
    WaitNode<T> sender = senders.grantFirst();
    if (head != null) {
      if (sender != null) {
        buffer.addLast(sender.handedOver());
      }
      return TransferResult.done(head);
    }
    return sender == null ? TransferResult.mustWait() : TransferResult.done(sender.handedOver());
  }

  WaitQueue<T> senders() {
    return senders;
  }

  WaitQueue<T> receivers() {
    return receivers;
  }

  private static <V> V requireValue(V value) {
    return Objects.requireNonNull(value, "'value' must not be null");
  }

  // --- inspection --------------------------------------------------------------------------------

  @Override
  public WaitReason waitReason() {
    return reason;
  }

  /**
   * Returns the waiting receivers and senders, the receivers first.
   *
   * @return a snapshot
   */
  @Override
  public List<Strand> waiters() {
    return WaitQueue.waiters(guard, receivers, senders);
  }

  @Override
  public String toString() {
    return describe() + (isClosed() ? " (closed)" : " (open)");
  }
}
