package dev.greenlet.sync;

import dev.greenlet.Party;
import dev.greenlet.Waiter;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of the things that a {@link Select} waits for: {@link Channel#onReceive} or {@link
 * Channel#onSend}. Immutable; may be used in any number of selects, also at once.
 *
 * @param <R> the type of the select's result
 */
public abstract sealed class Clause<R extends @Nullable Object> {
  private Clause() {}

  abstract Channel<?> channel();

  abstract Attempt<R> begin();

  /** A clause in one select. */
  abstract static class Attempt<R extends @Nullable Object> {

    /** Makes the exchange if that is possible now. With the guards of all channels held. */
    abstract boolean tryNow();

    /** Gets in line. With the guard held. */
    abstract void join(Waiter waiter, Party party);

    /** Gets out of the line. With the guard held. */
    abstract void leave();

    /** Whether the exchange has been made, now or by somebody else meanwhile. */
    abstract boolean isMade();

    /** Wakes the partner, if any, and calls the handler. Without any guard. */
    abstract R finish();
  }

  private abstract static class ChannelAttempt<T, R extends @Nullable Object> extends Attempt<R> {
    final Channel<T> channel;
    private Exchange<T> exchange = Exchange.mustWait();
    private @Nullable Turn<T> turn;

    ChannelAttempt(Channel<T> channel) {
      this.channel = channel;
    }

    abstract Exchange<T> exchangeNow();

    abstract Turn<T> join(Turn<T> place);

    abstract @Nullable T offered();

    abstract R handle(Exchange<T> made);

    @Override
    final boolean tryNow() {
      exchange = exchangeNow();
      return exchange.isOver();
    }

    @Override
    final void join(Waiter waiter, Party party) {
      turn = join(new Turn<>(waiter, party, offered()));
    }

    @Override
    final void leave() {
      if (turn != null) {
        channel.leave(turn, offered() != null);
      }
    }

    @Override
    final boolean isMade() {
      return exchange.isOver() || (turn != null && turn.isClaimed());
    }

    @Override
    final R finish() {
      Turn.wake(exchange.partner());
      return handle(exchange.isOver() || turn == null ? exchange : Exchange.of(turn));
    }
  }

  /** Receives. */
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
    Attempt<R> begin() {
      return new ChannelAttempt<T, R>(channel) {
        @Override
        Exchange<T> exchangeNow() {
          return channel.tryReceive();
        }

        @Override
        Turn<T> join(Turn<T> place) {
          return channel.joinReceivers(place);
        }

        @Override
        @Nullable T offered() {
          return null;
        }

        @Override
        R handle(Exchange<T> made) {
          return made.step() == Exchange.Step.CLOSED
              ? whenClosed.get()
              : handler.apply(made.received());
        }
      };
    }
  }

  /** Sends. */
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
    Attempt<R> begin() {
      return new ChannelAttempt<T, R>(channel) {
        @Override
        Exchange<T> exchangeNow() {
          return channel.trySend(value);
        }

        @Override
        Turn<T> join(Turn<T> place) {
          return channel.joinSenders(place);
        }

        @Override
        @Nullable T offered() {
          return value;
        }

        @Override
        R handle(Exchange<T> made) {
          return made.step() == Exchange.Step.CLOSED ? whenClosed.get() : handler.get();
        }
      };
    }
  }
}
