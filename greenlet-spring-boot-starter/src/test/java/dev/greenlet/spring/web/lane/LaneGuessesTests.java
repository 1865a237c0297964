package dev.greenlet.spring.web.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.Lane;
import dev.greenlet.SharedLane;
import dev.greenlet.SpawnOptions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is guessed, and when it is not. */
class LaneGuessesTests {
  private final GreenletRuntime runtime =
      GreenletRuntime.builder().hubs(2).sharedCarriers(1).maxSharedCarriers(1).build();
  private final SharedLane shared = runtime.sharedLane();
  private final Hub hub = runtime.hubs().getFirst();
  private final Hub other = runtime.hubs().getLast();
  private final AtomicLong nanos = new AtomicLong();
  private final LaneGuesses guesses = new LaneGuesses(shared, runtime.hubs(), true, nanos::get);
  private final Object connection = new Object();

  @AfterEach
  void close() {
    runtime.close();
  }

  @Test
  void aConnectionIsGuessedToGoWhereItsLastRequestLanded() throws Exception {
    assertThat(guesses.arrivalOf(connection).guess()).isSameAs(shared);
    assertThat(handle(arrival -> land(arrival, hub))).isSameAs(shared);
    assertThat(handle(arrival -> land(arrival, hub))).isSameAs(hub);
    assertThat(handle(arrival -> land(arrival, other))).isSameAs(hub);
    assertThat(handle(arrival -> land(arrival, other))).isSameAs(other);
    assertThat(handle(arrival -> land(arrival, shared))).isSameAs(other);
    assertThat(handle(arrival -> land(arrival, shared))).isSameAs(shared);

    assertThat(guesses.hits()).isEqualTo(3);
    assertThat(guesses.misses()).isEqualTo(3);
  }

  @Test
  void aRequestThatWasLongOnItsWaySendsTheNextOneToTheSharedLane() throws Exception {
    handle(arrival -> land(arrival, hub));
    handle(
        arrival -> {
          nanos.addAndGet(Duration.ofMillis(1).toNanos());
          land(arrival, hub);
        });

    assertThat(guesses.arrivalOf(connection).guess()).isSameAs(shared);
  }

  @Test
  void whatTheHandlerTakesIsNotTheWay() throws Exception {
    handle(
        arrival -> {
          land(arrival, hub);
          nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        });

    assertThat(guesses.arrivalOf(connection).guess()).isSameAs(hub);
  }

  @Test
  void aRequestThatCameToNoHandlerSendsTheNextOneToTheSharedLane() throws Exception {
    handle(arrival -> land(arrival, hub));
    handle(_ -> {});

    assertThat(guesses.arrivalOf(connection).guess()).isSameAs(shared);
  }

  @Test
  void onlyTheFirstLandingCounts() throws Exception {
    handle(
        arrival -> {
          land(arrival, hub);
          assertThat(arrival.land(other)).isFalse();
          assertThat(Greenlets.current().lane()).isSameAs(hub);
        });

    assertThat(guesses.arrivalOf(connection).guess()).isSameAs(hub);
    assertThat(guesses.hits() + guesses.misses()).isEqualTo(1);
  }

  @Test
  void theNextRequestOfATaskGoesBackToTheSharedLaneWhenThatIsTheGuess() throws Exception {
    Arrival untold = guesses.arrivalOf(null);
    runtime
        .spawn(
            SpawnOptions.defaults().on(untold.guess()),
            () -> {
              untold.begin();
              land(untold, hub);
              untold.end();
              assertThat(Greenlets.current().lane()).isSameAs(hub);
              untold.begin();
              assertThat(Greenlets.current().lane()).isSameAs(shared);
              return true;
            })
        .get();
  }

  @Test
  void aConnectionThatCannotBeToldIsNotGuessed() throws Exception {
    handle(null, arrival -> land(arrival, hub));

    assertThat(guesses.arrivalOf(null).guess()).isSameAs(shared);
    assertThat(guesses.misses()).isEqualTo(1);
  }

  @Test
  void nothingIsGuessedWhenItIsNotWanted() throws Exception {
    LaneGuesses unwanted = new LaneGuesses(shared, runtime.hubs(), false, nanos::get);
    Arrival arrival = unwanted.arrivalOf(connection);
    runtime
        .spawn(
            SpawnOptions.defaults(),
            () -> {
              arrival.begin();
              return arrival.land(hub);
            })
        .get();

    assertThat(unwanted.arrivalOf(connection).guess()).isSameAs(shared);
    assertThat(unwanted.misses()).isEqualTo(1);
  }

  @Test
  void aRequestStartsOnAnIdleHubWhileAllCarriersOfTheSharedLaneAreOccupied() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    GreenletTask<Boolean> computing =
        runtime.spawn(
            SpawnOptions.named("computing"),
            () -> {
              while (!over.get()) {
                Thread.onSpinWait();
              }
              return true;
            });
    GreenletTask<Boolean> ready = runtime.spawn(SpawnOptions.named("ready"), () -> true);
    try {
      await().until(() -> guesses.arrivalOf(null).guess() == hub);
    } finally {
      over.set(true);
    }
    assertThat(computing.get()).isTrue();
    assertThat(ready.get()).isTrue();
    await().until(() -> guesses.arrivalOf(null).guess() == shared);
  }

  private static void land(Arrival arrival, Lane lane) {
    assertThat(arrival.land(lane)).isTrue();
    assertThat(Greenlets.current().lane()).isSameAs(lane);
  }

  /** Handles a request as the executor and the first filter do. Returns where it started. */
  private Lane handle(Consumer<Arrival> request) throws Exception {
    return handle(connection, request);
  }

  private Lane handle(@Nullable Object from, Consumer<Arrival> request) throws Exception {
    Arrival arrival = guesses.arrivalOf(from);
    return runtime
        .spawn(
            SpawnOptions.defaults().on(arrival.guess()),
            () -> {
              Lane start = Greenlets.current().lane();
              arrival.begin();
              request.accept(arrival);
              arrival.end();
              return start;
            })
        .get();
  }
}
