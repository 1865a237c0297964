package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EachEngine
class GreenletEventTests extends SyncContract {
  private final GreenletEvent event = new GreenletEvent("ready");

  GreenletEventTests(TestEngine engine) {
    super(engine);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 1000})
  @DisplayName("2.2/36 set then clear wakes all waiters")
  void setThenClearWakesAll(int number) throws Exception {
    List<GreenletTask<Boolean>> waiters = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      waiters.add(onHub("waiter", () -> event.await(HOUR)));
    }
    awaitWaiters(event, number);

    event.set();
    event.clear();

    for (GreenletTask<Boolean> waiter : waiters) {
      assertThat(waiter.get()).isTrue();
    }
    assertThat(event.isSet()).isFalse();
  }

  @Test
  @DisplayName("2.2/37 a wait after a clear lasts until the next set")
  void waitsAgainAfterClear() throws Exception {
    GreenletTask<List<Boolean>> waiter =
        onHub("waiter", () -> List.of(event.await(HOUR), event.await(SECOND)));
    awaitWaiters(event, 1);
    onHub(
            "setter",
            () -> {
              event.set();
              event.clear(); // before the waiter has run
              return null;
            })
        .join();
    awaitWaiters(event, 1);
    awaitParked(waiter);
    time.advance(SECOND);

    assertThat(waiter.get()).containsExactly(true, false);
  }

  @Test
  @DisplayName("2.2/38 waiters are released in the order of their arrival, late ones after them")
  void releasesInOrder() throws Exception {
    GreenletTask<Void> first =
        onHub(
            "1",
            () -> {
              event.await();
              log.add("1");
              Greenlets.spawn(
                  "3",
                  () -> {
                    event.await();
                    log.add("3");
                    return null;
                  });
              return null;
            });
    awaitWaiters(event, 1);
    onHub(
        "2",
        () -> {
          event.await();
          log.add("2");
          return null;
        });
    awaitWaiters(event, 2);

    onHub("setter", this::set).join();
    first.join();
    runtime.awaitQuiescence(Duration.ofSeconds(30));

    assertThat(log).containsExactly("1", "2", "3");
  }

  @Test
  @DisplayName("2.2/38 an event that is set lets through without a switch, again and again")
  void letsThroughWhenSet() throws Exception {
    event.set();

    GreenletTask<Long> switches =
        onHub(
            "passer",
            () -> {
              long before = Greenlets.current().switches();
              event.await();
              assertThat(event.await(HOUR)).isTrue();
              assertThat(event.await(Duration.ZERO)).isTrue();
              return Greenlets.current().switches() - before;
            });

    assertThat(switches.get()).isZero();
  }

  @Test
  @DisplayName("2.2/41 set by a thread, by another hub and by the shared lane wakes the right ones")
  void setFromElsewhere() throws Exception {
    for (int setter = 0; setter < 3; setter++) {
      event.clear();
      GreenletTask<Boolean> here = onHub("here", () -> event.await(HOUR));
      GreenletTask<Boolean> there = onOtherHub("there", () -> event.await(HOUR));
      FutureTask<Boolean> plain = inThread("plain", () -> event.await(HOUR));
      awaitWaiters(event, 3);
      switch (setter) {
        case 0 -> event.set();
        case 1 -> onOtherHub("setter", this::set).join();
        default ->
            runtime
                .spawn(
                    dev.greenlet.SpawnOptions.named("setter").on(runtime.sharedLane()), this::set)
                .join();
      }
      assertThat(List.of(here.get(), there.get(), plain.get())).containsOnly(true);
    }
  }

  private boolean set() {
    event.set();
    return true;
  }

  @Test
  void saysWhetherItIsSet() {
    assertThat(event).hasToString("event 'ready' (not set)");
    event.set();
    assertThat(event).hasToString("event 'ready' (set)");
  }
}
