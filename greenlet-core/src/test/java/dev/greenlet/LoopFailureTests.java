package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.schedule.ReadyOrder;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No loop ends because something that it runs has failed, whatever that threw. */
@EachEngine
@Timeout(60)
class LoopFailureTests {
  private final TestEngine engine;

  LoopFailureTests(TestEngine engine) {
    this.engine = engine;
  }

  @Test
  void aHubSurvivesAnOrderThatFails() throws Exception {
    AtomicInteger failures = new AtomicInteger(3);
    try (GreenletRuntime runtime = engine.builder().readyOrder(failing(failures)).build()) {
      SpawnOptions onHub = SpawnOptions.named("survivor").on(runtime.hubs().getFirst());

      assertThat(runtime.spawn(onHub, () -> "alive").get()).isEqualTo("alive");
      assertThat(failures).hasNonPositiveValue();
    }
  }

  @Test
  void aHubAndTheSharedLoopSurviveTimersThatFail() throws Exception {
    try (GreenletRuntime runtime = engine.builder().build()) {
      for (LaneScheduler lane :
          new LaneScheduler[] {
            runtime.hubs().getFirst().scheduler(), runtime.sharedLane().scheduler()
          }) {
        CountDownLatch fired = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
          lane.timers()
              .schedule(
                  lane.timers().nanoTime(),
                  () -> {
                    fired.countDown();
                    throw new StackOverflowError("thrown by a timer of a test");
                  });
        }
        fired.await();
        CountDownLatch later = new CountDownLatch(1);
        lane.timers().schedule(lane.timers().nanoTime(), later::countDown);
        later.await();
      }
    }
  }

  @Test
  void theSharedLaneSurvivesItemsThatFail() throws Exception {
    try (GreenletRuntime runtime = engine.builder().sharedCarriers(2).build()) {
      for (int i = 0; i < 10; i++) {
        runtime
            .sharedLane()
            .execute(
                () -> {
                  throw new StackOverflowError("thrown on the shared lane by a test");
                });
      }
      assertThat(runtime.spawn(SpawnOptions.defaults(), () -> "alive").get()).isEqualTo("alive");
    }
  }

  @Test
  void aLastingLoopSurvivesItsStepAndItsReport() {
    AtomicInteger steps = new AtomicInteger();
    AtomicInteger reports = new AtomicInteger();
    new ResilientLoop(
            () -> {
              if (steps.incrementAndGet() % 3 != 0) {
                throw new OutOfMemoryError("thrown by a test");
              }
              return steps.get() < 9;
            },
            Duration.ZERO,
            failure -> {
              reports.incrementAndGet();
              throw new OutOfMemoryError("thrown by a test");
            })
        .run();

    assertThat(steps).hasValue(9);
    assertThat(reports).as("one for each row of failures").hasValue(3);
  }

  /** First come, first served, but for so many failures. */
  private static ReadyOrder.Factory failing(AtomicInteger failures) {
    return new ReadyOrder.Factory() {
      @Override
      public <E> ReadyOrder<E> create() {
        return new Failing<>(failures);
      }
    };
  }

  private static final class Failing<E> implements ReadyOrder<E> {
    private final ReadyOrder<E> order = ReadyOrder.fifo().create();
    private final AtomicInteger failures;

    private Failing(AtomicInteger failures) {
      this.failures = failures;
    }

    @Override
    public void add(E element) {
      order.add(element);
    }

    @Override
    public @Nullable E next() {
      if (order.size() > 0 && failures.decrementAndGet() >= 0) {
        throw new StackOverflowError("thrown by the order of a test");
      }
      return order.next();
    }

    @Override
    public int size() {
      return order.size();
    }
  }
}
