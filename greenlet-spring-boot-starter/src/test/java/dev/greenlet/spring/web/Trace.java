package dev.greenlet.spring.web;

import jakarta.servlet.DispatcherType;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The events of the lifecycle of a request, in order, and whether the client had the response by
 * its end.
 */
final class Trace {
  private static final int PATIENCE_SECONDS = 30;

  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger dispatches = new AtomicInteger();
  private final CountDownLatch received = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable RequestLifecycle lifecycle;

  /** Records a request from its first dispatch on. */
  void follow(RequestLifecycle opened) {
    if (lifecycle == null) {
      lifecycle = opened;
      opened.onEnd(this::onEnd);
      opened.onDisconnect(() -> events.add("disconnect"));
    } else if (lifecycle != opened) {
      events.add("another lifecycle");
    }
  }

  void begin(DispatcherType type) {
    events.add(type.name());
    dispatches.incrementAndGet();
  }

  void returned() {
    dispatches.decrementAndGet();
  }

  /** Notes that the client has received the whole response, or that there is none to wait for. */
  void received() {
    received.countDown();
  }

  /**
   * Waits until the client has received all, which proves that no part of the response is held
   * back.
   */
  private void onEnd() {
    if (dispatches.get() != 0) {
      events.add("end within a dispatch");
    }
    try {
      events.add(received.await(PATIENCE_SECONDS, TimeUnit.SECONDS) ? "end" : "end too early");
    } catch (InterruptedException interrupted) {
      events.add("end, interrupted");
    }
    ended.countDown();
  }

  RequestLifecycle lifecycle() {
    RequestLifecycle followed = lifecycle;
    if (followed == null) {
      throw new IllegalStateException("The request has not come to the filters");
    }
    return followed;
  }

  boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /** Returns all events, once the request has ended. */
  Iterable<String> events() throws InterruptedException {
    if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      events.add("no end");
    }
    return events;
  }
}
