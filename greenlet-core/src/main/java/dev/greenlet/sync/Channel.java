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
 * Hands values from senders to receivers: face to face (a rendezvous, where a send ends when the
 * value is received), or over a buffer. A closed channel accepts nothing more; what is in its
 * buffer can still be received. Several channels can be waited for at once with {@link Select}.
 *
 * <p>That the other side has gone, or did not come in time, is a result and no exception:
 *
 * <pre>{@code
 * switch (prices.receive(Duration.ofSeconds(1))) {
 *   case Received.Value(var price) -> show(price);
 *   case Received.Closed() -> showClosed();
 *   case Received.TimedOut() -> showOld();
 * }
 * }</pre>
 *
 * <p>Thread-safe; usable from any thread, greenlet or not, and from several hubs. Senders are
 * served in the order they came, and so are receivers. What was done before a value was sent
 * happens before what follows its receipt; at a rendezvous also the other way round. A receiver
 * that is killed, interrupted or whose time is up takes no value; such a sender's value was not
 * received. Values must not be {@code null}. See the {@linkplain dev.greenlet.sync package} for
 * what all primitives promise.
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
  private final WaitQueue<T> senders; // nobody waits here while there is room in the buffer
  private final WaitQueue<T> receivers; // nobody waits here while there is a value
  private volatile boolean closed; // written under the guard

  private Channel(int capacity, String name) {
    this.reason = new WaitReason(KIND, name);
    this.capacity = capacity;
    this.senders = new WaitQueue<>(guard, reason);
    this.receivers = new WaitQueue<>(guard, reason);
  }

  /**
   * Creates a channel where sender and receiver meet, without a name.
   *
   * @param <T> the type of the values
   * @return the channel
   */
  public static <T> Channel<T> rendezvous() {
    return rendezvous("");
  }

  /**
   * Creates a channel where sender and receiver meet.
   *
   * @param name what it is called where waits are shown
   * @param <T> the type of the values
   * @return the channel
   */
  public static <T> Channel<T> rendezvous(String name) {
    return new Channel<>(0, name);
  }

  /**
   * Creates a channel with a buffer, without a name.
   *
   * @param capacity how many values may have been sent and not received
   * @param <T> the type of the values
   * @return the channel
   * @throws IllegalArgumentException if the capacity is less than one
   */
  public static <T> Channel<T> buffered(int capacity) {
    return buffered(capacity, "");
  }

  /**
   * Creates a channel with a buffer.
   *
   * @param capacity how many values may have been sent and not received
   * @param name what it is called where waits are shown
   * @param <T> the type of the values
   * @return the channel
   * @throws IllegalArgumentException if the capacity is less than one
   */
  public static <T> Channel<T> buffered(int capacity, String name) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "'capacity' of channel '%s' must be at least 1, was %d: use Channel.rendezvous for none"
              .formatted(name, capacity));
    }
    return new Channel<>(capacity, name);
  }

  // --- sending
  // ------------------------------------------------------------------------------------

  /**
   * Sends a value, waiting for a receiver, or for room in the buffer, if need be. Any thread. A
   * switch point, unless there is one.
   *
   * @param value the value
   * @return whether it was accepted, or the channel is closed or was closed meanwhile
   * @throws InterruptedException if the caller is interrupted while it waits; nothing was sent then
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; nothing was sent then
   */
  public Sent send(T value) throws InterruptedException {
    return send(value, WaitLimit.ENDLESS);
  }

  /**
   * Sends a value, but does not wait for longer than {@code timeout}. Any thread. A switch point,
   * unless there is a receiver or room in the buffer.
   *
   * @param value the value
   * @param timeout how long; zero or less looks once
   * @return whether it was accepted in time, or the channel is closed or was closed meanwhile
   * @throws InterruptedException if the caller is interrupted while it waits; nothing was sent then
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; nothing was sent then
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

  // --- receiving
  // ----------------------------------------------------------------------------------

  /**
   * Receives a value, waiting for it if need be. Any thread. A switch point, unless there is one.
   *
   * @return a value, or that the channel is closed and empty; never that it timed out
   * @throws InterruptedException if the caller is interrupted while it waits; it took nothing then
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it took nothing then
   */
  public Received<T> receive() throws InterruptedException {
    return receive(WaitLimit.ENDLESS);
  }

  /**
   * Receives a value, but does not wait for longer than {@code timeout}. Any thread. A switch
   * point, unless there is one.
   *
   * @param timeout how long; zero or less looks once
   * @return a value, that the channel is closed and empty, or that nothing came in time
   * @throws InterruptedException if the caller is interrupted while it waits; it took nothing then
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it took nothing then
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
   * Receives until the channel is closed and empty. {@code hasNext} is where the iterator waits,
   * and what it has received belongs to it. One thread for each iterator; any number of iterators,
   * which share the values.
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

  // --- clauses of a select
  // ------------------------------------------------------------------------

  /**
   * A clause that receives. If the channel is closed and empty, the select throws {@link
   * ChannelClosedException}.
   *
   * @param handler what is done with the value, by the one who selects, after the exchange
   * @param <R> the type of the select's result
   * @return the clause
   */
  public <R extends @Nullable Object> Clause<R> onReceive(
      Function<? super T, ? extends R> handler) {
    return onReceive(handler, this::failClosed);
  }

  /**
   * A clause that receives.
   *
   * @param handler what is done with the value, by the one who selects, after the exchange
   * @param whenClosed what is done instead if the channel is closed and empty
   * @param <R> the type of the select's result
   * @return the clause
   */
  public <R extends @Nullable Object> Clause<R> onReceive(
      Function<? super T, ? extends R> handler, Supplier<? extends R> whenClosed) {
    return new Clause.Receive<>(this, handler, whenClosed);
  }

  /**
   * A clause that sends. If the channel is closed, the select throws {@link
   * ChannelClosedException}.
   *
   * @param value the value
   * @param handler what is done by the one who selects when the value was accepted
   * @param <R> the type of the select's result
   * @return the clause
   */
  public <R extends @Nullable Object> Clause<R> onSend(T value, Supplier<? extends R> handler) {
    return onSend(value, handler, this::failClosed);
  }

  /**
   * A clause that sends.
   *
   * @param value the value
   * @param handler what is done by the one who selects when the value was accepted
   * @param whenClosed what is done instead if the channel is closed
   * @param <R> the type of the select's result
   * @return the clause
   */
  public <R extends @Nullable Object> Clause<R> onSend(
      T value, Supplier<? extends R> handler, Supplier<? extends R> whenClosed) {
    return new Clause.Send<>(this, requireValue(value), handler, whenClosed);
  }

  private <R extends @Nullable Object> R failClosed() {
    throw new ChannelClosedException(
        "%s is closed: give the clause something to do then".formatted(describe()));
  }

  // --- closing
  // ------------------------------------------------------------------------------------

  /**
   * Closes the channel. Who waits to send is told so, and who waits to receive as well; what is in
   * the buffer can still be received. Any thread, any number of times; never waits.
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
   * Whether the channel is closed. Any thread.
   *
   * @return whether it accepts nothing more
   */
  public boolean isClosed() {
    return closed;
  }

  /**
   * How many values are in the buffer. Any thread; outdated at once.
   *
   * @return the number of values
   */
  public int size() {
    return guard.call(() -> buffer.size());
  }

  // --- with the guard held
  // ------------------------------------------------------------------------

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

  // --- to look at
  // ---------------------------------------------------------------------------------

  @Override
  public WaitReason waitReason() {
    return reason;
  }

  /**
   * Who waits, be it to receive or to send: the receivers first.
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
