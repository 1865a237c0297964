package dev.greenlet.sync;

import dev.greenlet.Waiter;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An alternative of a {@link Select}, created by {@link Channel#onReceive} or {@link
 * Channel#onSend}. Immutable: {@linkplain dev.greenlet.sync any thread} may use it, in any number
 * of selects at once.
 *
 * @param <R> the type of the select's result
 */
public abstract sealed class Clause<R extends @Nullable Object> {
  private Clause() {}

  abstract Channel<?> channel();

  abstract Attempt<?, R> begin();

  /** The use of a clause in one call of a select. */
  static final class Attempt<T, R extends @Nullable Object> {
    private final WaitQueue<T> queue;
    private final @Nullable T offered;
    private final Supplier<TransferResult<T>> now;
    private final Function<TransferResult<T>, R> handler;
    private TransferResult<T> exchange = TransferResult.mustWait();
    private @Nullable WaitNode<T> node;

    Attempt(
        WaitQueue<T> queue,
        @Nullable T offered,
        Supplier<TransferResult<T>> now,
        Function<TransferResult<T>, R> handler) {
      this.queue = queue;
      this.offered = offered;
      this.now = now;
      this.handler = handler;
    }

    /**
     * Exchanges the value if that is possible without waiting. Under the guards of all channels.
     */
    boolean tryNow() {
      exchange = now.get();
      return exchange.isOver();
    }

    /** Joins the queue. Under the guard. */
    void join(Waiter waiter) {
      node = queue.add(new WaitNode<>(waiter, offered));
    }

    /** Leaves the queue. Under the guard. */
    void leave() {
      if (node != null) {
        queue.remove(node);
      }
    }

    /** Returns whether the value was exchanged, by this call or by its partner. */
    boolean isMade() {
      return exchange.isOver() || (node != null && node.isClaimed());
    }

    /** Calls the handler. Without any guard. */
    R finish() {
      return handler.apply(exchange.isOver() || node == null ? exchange : TransferResult.of(node));
    }
  }

  /** A clause that receives. */
  static final class Receive<T, R extends @Nullable Object> extends Clause<R> {
    private final Channel<T> channel;
    private final Function<? super T, ? extends R> handler;
    private final Supplier<? extends R> whenClosed;

    Receive(
        Channel<T> channel,
        Function<? super T, ? extends R> handler,
        Supplier<? extends R> whenClosed) {
      this.channel = channel;
      this.handler = handler;
      this.whenClosed = whenClosed;
    }

    @Override
    Channel<T> channel() {
      return channel;
    }

    @Override
    Attempt<T, R> begin() {
      return new Attempt<>(
          channel.receivers(),
          null,
          channel::tryReceive,
          made ->
              made.step() == TransferResult.Step.CLOSED
                  ? whenClosed.get()
                  : handler.apply(made.received()));
    }
  }

  /** A clause that sends. */
  static final class Send<T, R extends @Nullable Object> extends Clause<R> {
    private final Channel<T> channel;
    private final T value;
    private final Supplier<? extends R> handler;
    private final Supplier<? extends R> whenClosed;

    Send(
        Channel<T> channel,
        T value,
        Supplier<? extends R> handler,
        Supplier<? extends R> whenClosed) {
      this.channel = channel;
      this.value = value;
      this.handler = handler;
      this.whenClosed = whenClosed;
    }

    @Override
    Channel<T> channel() {
      return channel;
    }

    @Override
    Attempt<T, R> begin() {
      return new Attempt<>(
          channel.senders(),
          value,
          () -> channel.trySend(value),
          made -> made.step() == TransferResult.Step.CLOSED ? whenClosed.get() : handler.get());
    }
  }
}
