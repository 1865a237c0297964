package dev.greenlet.sync;

import dev.greenlet.Synchronizer;
import dev.greenlet.TestEngine;
import dev.greenlet.testing.WaitContract;
import dev.greenlet.testing.WaitPlace;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of waits, for every primitive of this package, on every engine. */
@ParameterizedClass(name = "{1} on {0}")
@MethodSource("all")
class QueuedWaitsTests extends WaitContract {
  private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

  QueuedWaitsTests(TestEngine engine, Kind kind) {
    super(engine.builder(), kind::place);
  }

  static Stream<Arguments> all() {
    return Stream.of(TestEngine.NATIVE, TestEngine.PORTABLE, TestEngine.PLATFORM_THREADS)
        .flatMap(engine -> Stream.of(Kind.values()).map(kind -> Arguments.of(engine, kind)));
  }

  private static WaitLimit limit(@Nullable Duration timeout) {
    return timeout == null ? WaitLimit.ENDLESS : WaitLimit.of(timeout);
  }

  private static Duration orEndless(@Nullable Duration timeout) {
    return timeout == null ? ENDLESS : timeout;
  }

  enum Kind {
    QUEUE_OF_THE_SPI {
      @Override
      WaitPlace place() {
        SizedPermits permits = new SizedPermits();
        return new WaitPlace(
            permits.queue, timeout -> permits.acquire(1, limit(timeout)), () -> permits.release(1));
      }
    },
    EVENT {
      @Override
      WaitPlace place() {
        GreenletEvent event = new GreenletEvent("it");
        return new WaitPlace(
            event,
            timeout -> {
              if (timeout != null) {
                return event.await(timeout);
              }
              event.await();
              return true;
            },
            event::set);
      }
    },
    PROMISE {
      @Override
      WaitPlace place() {
        Promise<String> promise = new Promise<>("it");
        return new WaitPlace(
            promise,
            timeout -> (timeout == null ? promise.join() : promise.join(timeout)) != null,
            () -> promise.complete("kept"));
      }
    },
    QUEUE_TAKE {
      @Override
      WaitPlace place() {
        GreenletQueue<String> queue = GreenletQueue.fifo(9, "it");
        return new WaitPlace(
            queue,
            timeout -> (timeout == null ? queue.take() : queue.poll(timeout)) != null,
            () -> queue.put("element"));
      }
    },
    QUEUE_PUT {
      @Override
      WaitPlace place() {
        return putter(GreenletQueue.fifo(1, "it"));
      }
    },
    PRIORITY_QUEUE_PUT {
      @Override
      WaitPlace place() {
        return putter(GreenletQueue.priority(Comparator.naturalOrder(), 1, "it"));
      }
    },
    QUEUE_JOIN {
      @Override
      WaitPlace place() {
        GreenletQueue<String> queue = GreenletQueue.fifo(1, "it");
        queue.add("undone");
        return new WaitPlace(
            queue,
            timeout -> queue.join(orEndless(timeout)),
            () -> {
              if (queue.poll() != null) {
                queue.taskDone();
              }
            });
      }
    },
    CHANNEL_RECEIVE {
      @Override
      WaitPlace place() {
        Channel<String> channel = Channel.rendezvous("it");
        return new WaitPlace(
            channel,
            timeout ->
                (timeout == null ? channel.receive() : channel.receive(timeout))
                    instanceof Received.Value<String>,
            () -> channel.send("value", Duration.ZERO));
      }
    },
    CHANNEL_SEND {
      @Override
      WaitPlace place() {
        Channel<String> channel = Channel.rendezvous("it");
        return new WaitPlace(
            channel,
            timeout ->
                (timeout == null ? channel.send("value") : channel.send("value", timeout))
                    == Sent.ACCEPTED,
            () -> channel.receive(Duration.ZERO));
      }
    },
    SELECT {
      @Override
      WaitPlace place() {
        Channel<String> channel = Channel.rendezvous("it");
        Channel<String> other = Channel.rendezvous("other");
        Select<Boolean> select =
            Select.of(other.onReceive(_ -> false), channel.onReceive(_ -> true));
        return new WaitPlace(
            channel,
            timeout -> timeout == null ? select.await() : select.await(timeout, () -> false),
            () -> channel.send("value", Duration.ZERO));
      }
    },
    SEMAPHORE {
      @Override
      WaitPlace place() {
        GreenletSemaphore semaphore = new GreenletSemaphore(0, "it");
        return new WaitPlace(
            semaphore,
            timeout -> {
              if (timeout != null) {
                return semaphore.tryAcquire(timeout);
              }
              semaphore.acquire();
              return true;
            },
            semaphore::release);
      }
    },
    LOCK {
      @Override
      WaitPlace place() {
        GreenletLock lock = new GreenletLock("it");
        lock.lock();
        return new WaitPlace(
            lock,
            timeout -> {
              if (timeout == null) {
                lock.lockInterruptibly();
              } else if (!lock.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
              }
              lock.unlock();
              return true;
            },
            () -> {
              if (lock.isHeldByCurrent()) {
                lock.unlock();
              }
            });
      }
    },
    CONDITION {
      @Override
      WaitPlace place() {
        GreenletLock lock = new GreenletLock("it");
        Condition condition = lock.newCondition();
        return new WaitPlace(
            (Synchronizer) condition,
            timeout -> {
              lock.lock();
              try {
                if (timeout != null) {
                  return condition.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
                }
                condition.await();
                return true;
              } finally {
                lock.unlock();
              }
            },
            () -> {
              lock.lock();
              condition.signal();
              lock.unlock();
            });
      }
    };

    abstract WaitPlace place();

    private static WaitPlace putter(GreenletQueue<String> queue) {
      queue.add("full");
      return new WaitPlace(
          queue,
          timeout -> {
            if (timeout != null) {
              return queue.offer("more", timeout);
            }
            queue.put("more");
            return true;
          },
          queue::poll);
    }
  }
}
