package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.Synchronizer;
import dev.greenlet.TestEngine;
import dev.greenlet.WaitReason;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The properties of every kind of wait that is never served. */
@EachEngine
class EveryWaitTests extends SyncContract {

  EveryWaitTests(TestEngine engine) {
    super(engine);
  }

  /** A wait that has no end of its own. Returns whether it was served. */
  @FunctionalInterface
  interface Wait {
    boolean await(Duration timeout) throws Exception;
  }

  /** A primitive at which one has to wait, and how one does. */
  record Place(Synchronizer at, String kind, Wait waiting) {}

  enum Kind {
    EVENT {
      @Override
      Place place() {
        GreenletEvent event = new GreenletEvent("it");
        return new Place(event, "event", event::await);
      }
    },
    PROMISE {
      @Override
      Place place() {
        Promise<String> promise = new Promise<>("it");
        return new Place(promise, "promise", timeout -> promise.join(timeout) != null);
      }
    },
    QUEUE_TAKE {
      @Override
      Place place() {
        GreenletQueue<String> queue = GreenletQueue.fifo(1, "it");
        return new Place(queue, "queue", timeout -> queue.poll(timeout) != null);
      }
    },
    QUEUE_PUT {
      @Override
      Place place() {
        GreenletQueue<String> queue = GreenletQueue.fifo(1, "it");
        queue.add("full");
        return new Place(queue, "queue", timeout -> queue.offer("more", timeout));
      }
    },
    PRIORITY_QUEUE_PUT {
      @Override
      Place place() {
        GreenletQueue<String> queue = GreenletQueue.priority(Comparator.naturalOrder(), 1, "it");
        queue.add("full");
        return new Place(queue, "queue", timeout -> queue.offer("more", timeout));
      }
    },
    QUEUE_JOIN {
      @Override
      Place place() {
        GreenletQueue<String> queue = GreenletQueue.fifo(1, "it");
        queue.add("undone");
        return new Place(queue, "queue", queue::join);
      }
    },
    CHANNEL_RECEIVE {
      @Override
      Place place() {
        Channel<String> channel = Channel.rendezvous("it");
        return new Place(
            channel,
            "channel",
            timeout -> !(channel.receive(timeout) instanceof Received.TimedOut<String>));
      }
    },
    CHANNEL_SEND {
      @Override
      Place place() {
        Channel<String> channel = Channel.rendezvous("it");
        return new Place(
            channel, "channel", timeout -> channel.send("value", timeout) != Sent.TIMED_OUT);
      }
    },
    SELECT {
      @Override
      Place place() {
        Channel<String> channel = Channel.rendezvous("it");
        Select<Boolean> select =
            Select.of(
                Channel.<String>rendezvous("other").onReceive(_ -> true),
                channel.onReceive(_ -> true));
        return new Place(channel, "channel", timeout -> select.await(timeout, () -> false));
      }
    },
    SEMAPHORE {
      @Override
      Place place() {
        GreenletSemaphore semaphore = new GreenletSemaphore(0, "it");
        return new Place(semaphore, "semaphore", semaphore::tryAcquire);
      }
    },
    LOCK {
      @Override
      Place place() {
        GreenletLock lock = new GreenletLock("it");
        lock.lock(); // by the test
        return new Place(
            lock, "lock", timeout -> lock.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS));
      }
    },
    CONDITION {
      @Override
      Place place() {
        GreenletLock lock = new GreenletLock("it");
        Condition condition = lock.newCondition();
        return new Place(
            (Synchronizer) condition,
            "condition",
            timeout -> {
              lock.lock();
              try {
                return condition.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
              } finally {
                lock.unlock();
              }
            });
      }
    },
    BARRIER {
      @Override
      Place place() {
        GreenletBarrier barrier = new GreenletBarrier(2, "it");
        return new Place(
            barrier,
            "barrier",
            timeout -> {
              try {
                barrier.await(timeout);
                return true;
              } catch (TimeoutException e) {
                return false;
              }
            });
      }
    };

    abstract Place place();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("2.2/30 a wait ends without success when its time is up, and not before")
  void endsWhenItsTimeIsUp(Kind kind) throws Exception {
    Place place = kind.place();
    GreenletTask<Boolean> waiter = onHub("waiter", () -> place.waiting.await(SECOND));
    awaitWaiters(place.at, 1);
    awaitParked(waiter);

    time.advance(SECOND.minusNanos(1));
    assertThat(onHub("later", () -> waiter.isDone()).get()).isFalse();
    time.advance(Duration.ofNanos(1));

    assertThat(waiter.get()).isFalse();
    assertThat(place.at.waiters()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "2.2/30 a wait's time runs from the call, and not from when it has given up its lane")
  void itsTimeRunsFromTheCall(Kind kind) throws Exception {
    Place place = kind.place();
    time.onRead(
        () -> {
          if (!place.at.waiters().isEmpty()) {
            time.advance(SECOND); // as soon as it is queued
            time.onRead(() -> {});
          }
        });

    assertThat(onHub("waiter", () -> place.waiting.await(SECOND)).get()).isFalse();
    assertThat(place.at.waiters()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("2.2/30 a wait of no time looks once and returns")
  void looksOnceWhenThereIsNoTime(Kind kind) throws Exception {
    Place place = kind.place();

    assertThat(onHub("waiter", () -> place.waiting.await(Duration.ZERO)).get()).isFalse();
    Place another = kind.place();
    assertThat(onHub("waiter", () -> another.waiting.await(SECOND.negated())).get()).isFalse();
    assertThat(place.at.waiters()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("2.2/30 a killed waiter ends as killed and leaves the queue")
  void endsByAKill(Kind kind) throws Exception {
    Place place = kind.place();
    GreenletTask<Boolean> waiter = onHub("waiter", () -> place.waiting.await(HOUR));
    awaitWaiters(place.at, 1);

    waiter.kill("enough");

    assertThat(waiter.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(place.at.waiters()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("2.2/30 an interrupted greenlet leaves the queue with an InterruptedException")
  void endsByAnInterrupt(Kind kind) throws Exception {
    Place place = kind.place();
    AtomicReference<Thread> thread = new AtomicReference<>();
    GreenletTask<Boolean> waiter =
        onHub(
            "waiter",
            () -> {
              thread.set(Thread.currentThread());
              return place.waiting.await(HOUR);
            });
    awaitWaiters(place.at, 1);

    thread.get().interrupt();

    assertThatThrownBy(waiter::get).hasCauseInstanceOf(InterruptedException.class);
    assertThat(place.at.waiters()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "2.2/30 a thread that is no greenlet waits as well, and gives up when its time is up")
  void aThreadGivesUpInTime(Kind kind) throws Exception {
    Place place = kind.place();

    assertThat(inThread("plain", () -> place.waiting.await(MOMENT)).get()).isFalse();
    assertThat(place.at.waiters()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("2.2/30 an interrupted plain thread leaves the queue")
  void aThreadIsInterrupted(Kind kind) {
    Place place = kind.place();
    AtomicReference<Thread> thread = new AtomicReference<>();
    FutureTask<Boolean> waiter =
        inThread(
            "plain",
            () -> {
              thread.set(Thread.currentThread());
              return place.waiting.await(HOUR);
            });
    awaitWaiters(place.at, 1);
    assertThat(place.at.waiters().getFirst()).hasToString("thread 'plain'");

    thread.get().interrupt();

    assertThatThrownBy(waiter::get).hasCauseInstanceOf(InterruptedException.class);
    assertThat(place.at.waiters()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("2.2/60 a wait shows the kind and the name of its synchronizer")
  void tellsWhatItWaitsFor(Kind kind) {
    Place place = kind.place();
    GreenletTask<Boolean> waiter = onHub("waiter", () -> place.waiting.await(HOUR));
    awaitWaiters(place.at, 1);
    awaitParked(waiter);

    WaitReason reason = waiter.waitingOn();

    assertThat(reason).isNotNull();
    assertThat(reason.kind()).isEqualTo(place.kind);
    assertThat(reason.detail()).contains("it");
    assertThat(place.at.describe()).isEqualTo(place.kind + " 'it'");
    assertThat(place.at.waiters())
        .singleElement()
        .satisfies(strand -> assertThat(strand.greenlet()).isSameAs(waiter));
  }
}
