package dev.greenlet.reactive;

import dev.greenlet.Waiter;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The elements that a publisher has published and the consumer has not taken. The publisher calls
 * from any thread, one call at a time; everything else belongs to the one consumer. The consumer
 * alone calls the subscription, so that its calls are serial, but for that of a publisher which
 * subscribes it after the consumer has left.
 */
final class QueueSubscriber<T> implements Subscriber<T> {
  private static final Subscription LEFT = new Left();

  private final Queue<T> elements = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();
  private volatile @Nullable Waiter consumer;
  private volatile boolean over;
  private volatile @Nullable Throwable failure;
  private volatile long requested;
  private long received;

  // --- the publisher ----------------------------------------------------------------------------

  @Override
  public void onSubscribe(Subscription given) {
    Objects.requireNonNull(given, "'subscription' must not be null");
    if (subscription.compareAndSet(null, given)) {
      wakeConsumer();
    } else {
      given.cancel(); // a second one, or too late
    }
  }

  @Override
  public void onNext(T element) {
    Objects.requireNonNull(element, "'element' must not be null");
    if (over) {
      return;
    }
    if (++received > requested) {
      end(
          new IllegalStateException(
              "The publisher published %d elements, and was asked for %d"
                  .formatted(received, requested)));
    } else {
      elements.add(element);
      wakeConsumer();
    }
  }

  @Override
  public void onError(Throwable thrown) {
    end(Objects.requireNonNull(thrown, "'thrown' must not be null"));
  }

  @Override
  public void onComplete() {
    end(null);
  }

  private void end(@Nullable Throwable thrown) {
    if (!over) {
      failure = thrown;
      over = true;
      wakeConsumer();
    }
  }

  private void wakeConsumer() {
    Waiter waiting = consumer;
    if (waiting != null) {
      waiting.wake();
    }
  }

  // --- the consumer -----------------------------------------------------------------------------

  /** Asks for more elements, if there is a subscription. Returns whether there is. */
  boolean request(long count) {
    Subscription open = subscription.get();
    if (open == null) {
      return false;
    }
    requested += count; // written here only
    open.request(count);
    return true;
  }

  /** Takes the next one, if it is there. */
  @Nullable T poll() {
    return elements.poll();
  }

  /** Returns whether all has been published, and taken. */
  boolean isExhausted() {
    return over && elements.isEmpty();
  }

  void throwFailure() throws ExecutionException {
    Throwable thrown = failure;
    if (thrown != null) {
      throw new ExecutionException(thrown);
    }
  }

  /** Sets the waiter that the next signal wakes. The caller looks once more afterwards. */
  void consumer(@Nullable Waiter waiter) {
    consumer = waiter;
  }

  /**
   * Returns whether there is nothing for the consumer to do.
   *
   * @param asked whether it has asked for something
   */
  boolean isQuiet(boolean asked) {
    return elements.isEmpty() && !over && (asked || subscription.get() == null);
  }

  /** Wants no more, and forgets what has come. */
  void leave() {
    boolean published = over;
    over = true;
    elements.clear();
    Subscription open = subscription.getAndSet(LEFT);
    if (open != null && !published) {
      open.cancel();
    }
  }

  private static final class Left implements Subscription {
    @Override
    public void request(long count) {}

    @Override
    public void cancel() {}
  }
}
