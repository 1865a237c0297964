package dev.greenlet.sync;

import dev.greenlet.Synchronizer;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;

/** A primitive under a random program: something is put, something is taken. */
interface Subject {
  /** An order that is neither that of arrival nor its reverse, with equal elements. */
  Comparator<Integer> MIXED = Comparator.comparingInt(value -> value * 7 % 5);

  String put(int value, Duration timeout) throws InterruptedException;

  String take(Duration timeout) throws InterruptedException;

  void close();

  Synchronizer awaitable();

  /** Makes subjects, and says how they should behave. */
  enum Kind {
    FIFO_QUEUE(1, SequentialModel.Order.FIFO),
    LIFO_QUEUE(1, SequentialModel.Order.LIFO),
    PRIORITY_QUEUE(1, SequentialModel.Order.PRIORITY),
    CHANNEL(0, SequentialModel.Order.FIFO),
    SELECTED_CHANNEL(0, SequentialModel.Order.FIFO);

    private final int leastCapacity;
    private final SequentialModel.Order order;

    Kind(int leastCapacity, SequentialModel.Order order) {
      this.leastCapacity = leastCapacity;
      this.order = order;
    }

    int leastCapacity() {
      return leastCapacity;
    }

    SequentialModel.Order order() {
      return order;
    }

    Subject create(int capacity) {
      return switch (this) {
        case FIFO_QUEUE -> new OfQueue(GreenletQueue.fifo(capacity, "fifo"));
        case LIFO_QUEUE -> new OfQueue(GreenletQueue.lifo(capacity, "lifo"));
        case PRIORITY_QUEUE -> new OfQueue(GreenletQueue.priority(MIXED, capacity, "priority"));
        case CHANNEL -> new OfChannel(channel(capacity));
        case SELECTED_CHANNEL -> new OfSelect(channel(capacity), Channel.rendezvous("never"));
      };
    }

    private static Channel<Integer> channel(int capacity) {
      return capacity == 0 ? Channel.rendezvous("channel") : Channel.buffered(capacity, "channel");
    }
  }

  /** A queue. */
  record OfQueue(GreenletQueue<Integer> queue) implements Subject {
    @Override
    public String put(int value, Duration timeout) throws InterruptedException {
      try {
        return queue.offer(value, timeout) ? "put" : "late";
      } catch (QueueClosedException e) {
        return "closed";
      }
    }

    @Override
    public String take(Duration timeout) throws InterruptedException {
      try {
        Integer taken = queue.poll(timeout);
        return taken == null ? "late" : "took " + taken;
      } catch (QueueClosedException e) {
        return "closed";
      }
    }

    @Override
    public void close() {
      queue.close();
    }

    @Override
    public Synchronizer awaitable() {
      return queue;
    }
  }

  /** A channel. */
  record OfChannel(Channel<Integer> channel) implements Subject {
    @Override
    public String put(int value, Duration timeout) throws InterruptedException {
      return switch (channel.send(value, timeout)) {
        case ACCEPTED -> "put";
        case CLOSED -> "closed";
        case TIMED_OUT -> "late";
      };
    }

    @Override
    public String take(Duration timeout) throws InterruptedException {
      return switch (channel.receive(timeout)) {
        case Received.Value<Integer>(Integer value) -> "took " + value;
        case Received.Closed<Integer> _ -> "closed";
        case Received.TimedOut<Integer> _ -> "late";
      };
    }

    @Override
    public void close() {
      channel.close();
    }

    @Override
    public Synchronizer awaitable() {
      return channel;
    }
  }

  /** A channel by select, beside one where nothing ever comes. */
  record OfSelect(Channel<Integer> channel, Channel<Integer> never) implements Subject {
    @Override
    public String put(int value, Duration timeout) throws InterruptedException {
      return Objects.requireNonNull(
          Select.<String>of(
                  never.onReceive(Object::toString),
                  channel.onSend(value, () -> "put", () -> "closed"))
              .await(timeout, () -> "late"));
    }

    @Override
    public String take(Duration timeout) throws InterruptedException {
      return Objects.requireNonNull(
          Select.<String>of(
                  channel.onReceive(value -> "took " + value, () -> "closed"),
                  never.onReceive(Object::toString))
              .await(timeout, () -> "late"));
    }

    @Override
    public void close() {
      channel.close();
    }

    @Override
    public Synchronizer awaitable() {
      return channel;
    }
  }
}
