package dev.greenlet.testing;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A publisher for one subscriber that publishes what a test says, asked for or not, and remembers
 * what it was asked.
 */
public final class ManualPublisher<T> implements Publisher<T> {
  private final AtomicReference<Subscriber<? super T>> subscriber = new AtomicReference<>();
  private final AtomicLong requested = new AtomicLong();
  private final AtomicInteger cancels = new AtomicInteger();
  private final AtomicInteger callsAtOnce = new AtomicInteger();
  private final boolean lazy;

  /** Creates a publisher that answers a subscriber at once. */
  public ManualPublisher() {
    this(false);
  }

  /** Creates a publisher that may leave its subscriber without an answer. */
  public ManualPublisher(boolean lazy) {
    this.lazy = lazy;
  }

  @Override
  public void subscribe(Subscriber<? super T> newcomer) {
    subscriber.set(newcomer);
    if (!lazy) {
      answer();
    }
  }

  /** Hands out a subscription, each time another one. */
  public void answer() {
    subscriber.get().onSubscribe(new Requests());
  }

  /** Publishes, from the calling thread. */
  @SafeVarargs
  public final void publish(T... elements) {
    for (T element : elements) {
      subscriber.get().onNext(element);
    }
  }

  public void complete() {
    subscriber.get().onComplete();
  }

  public void fail(Throwable failure) {
    subscriber.get().onError(failure);
  }

  public boolean isSubscribed() {
    return subscriber.get() != null;
  }

  public Subscriber<? super T> subscriber() {
    return subscriber.get();
  }

  public long requested() {
    return requested.get();
  }

  public int cancels() {
    return cancels.get();
  }

  private final class Requests implements Subscription {
    @Override
    public void request(long count) {
      enter();
      if (count < 1) {
        subscriber.get().onError(new IllegalArgumentException("requested " + count));
      }
      requested.addAndGet(count);
      callsAtOnce.decrementAndGet();
    }

    @Override
    public void cancel() {
      enter();
      cancels.incrementAndGet();
      callsAtOnce.decrementAndGet();
    }

    private void enter() {
      if (callsAtOnce.incrementAndGet() > 1) {
        throw new IllegalStateException("a subscription must be called serially");
      }
    }
  }
}
