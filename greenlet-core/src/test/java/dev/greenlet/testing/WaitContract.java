package dev.greenlet.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.greenlet.Deadline;
import dev.greenlet.GreenletRuntimeBuilder;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Lane;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.Strand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds for every primitive whose waiters are queued: who is served, and who is not. */
public abstract class WaitContract extends EngineFixture {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int RACES = 50;
  private static final int ROUNDS = 400;
  private static final int MANY_ROUNDS =
      10_000; // of each place on each engine, some 400,000 in all

  private final Supplier<WaitPlace> places;
  private final List<String> served = new CopyOnWriteArrayList<>();
  private WaitPlace place;

  protected WaitContract(GreenletRuntimeBuilder builder, Supplier<WaitPlace> places) {
    super(builder);
    this.places = places;
    this.place = places.get();
  }

  /** Spawns a waiter, and returns when it is queued and parked. */
  private GreenletTask<Boolean> waiter(String name, @Nullable Duration timeout) {
    WaitPlace here = place;
    int before = here.queue().waiters().size();
    GreenletTask<Boolean> waiter = spawnWaiter(name, hub, timeout);
    await().until(() -> here.queue().waiters().size() > before);
    awaitParked(waiter);
    return waiter;
  }

  private GreenletTask<Boolean> spawnWaiter(String name, Lane lane, @Nullable Duration timeout) {
    WaitPlace here = place;
    return runtime.spawn(SpawnOptions.named(name).on(lane), () -> waitHere(here, name, timeout));
  }

  private boolean waitHere(WaitPlace here, String name, @Nullable Duration timeout)
      throws Exception {
    boolean granted = here.waiting().await(timeout);
    if (granted) {
      served.add(name);
    }
    return granted;
  }

  private void serve() throws Exception {
    place.serving().serve();
  }

  @Test
  void servesInTheOrderOfArrival() throws Exception {
    List<GreenletTask<Boolean>> waiters =
        List.of(waiter("first", null), waiter("second", SECOND), waiter("third", null));

    for (GreenletTask<Boolean> waiter : waiters) {
      serve();
      assertThat(waiter.get()).isTrue();
    }

    assertThat(served).containsExactly("first", "second", "third");
    assertThat(place.queue().waiters()).isEmpty();
  }

  @Test
  void showsTheWaitersInTheOrderOfArrival() throws Exception {
    GreenletTask<Boolean> first = waiter("first", null);
    GreenletTask<Boolean> second = waiter("second", SECOND);
    GreenletTask<Boolean> third = waiter("third", null);

    assertThat(place.queue().waiters())
        .extracting(Strand::greenlet)
        .containsExactly(first, second, third);
    time.advance(SECOND);
    assertThat(second.get()).isFalse();
    assertThat(place.queue().waiters()).extracting(Strand::greenlet).containsExactly(first, third);
  }

  @Test
  void aWaiterThatTimedOutTakesNothing() throws Exception {
    GreenletTask<Boolean> first = waiter("first", SECOND);
    GreenletTask<Boolean> second = waiter("second", null);

    time.advance(SECOND);
    assertThat(first.get()).isFalse();
    serve();

    assertThat(second.get()).isTrue();
    assertThat(served).containsExactly("second");
  }

  @Test
  void aWaiterThatWasKilledTakesNothing() throws Exception {
    GreenletTask<Boolean> first = waiter("first", null);
    GreenletTask<Boolean> second = waiter("second", null);

    first.kill("enough");
    assertThat(first.join()).isInstanceOf(Outcome.Killed.class);
    serve();

    assertThat(second.get()).isTrue();
    assertThat(served).containsExactly("second");
  }

  @Test
  void aThreadThatWasInterruptedTakesNothing() throws Exception {
    WaitPlace here = place;
    AtomicReference<Thread> thread = new AtomicReference<>();
    FutureTask<Boolean> first =
        new FutureTask<>(
            () -> {
              thread.set(Thread.currentThread());
              return waitHere(here, "first", null);
            });
    Thread.ofPlatform().daemon().start(first);
    await().until(() -> here.queue().waiters().size() == 1);
    GreenletTask<Boolean> second = waiter("second", null);

    thread.get().interrupt();
    assertThatThrownBy(first::get).hasCauseInstanceOf(InterruptedException.class);
    serve();

    assertThat(second.get()).isTrue();
    assertThat(served).containsExactly("second");
  }

  @Test
  void whatIsGivenWhileTheFirstTimesOutIsLostByNeither() throws Exception {
    eachRound(() -> time.advance(SECOND));
  }

  @Test
  void whatIsGivenWhileTheFirstIsKilledIsLostByNeither() throws Exception {
    for (int round = 0; round < RACES; round++) {
      GreenletTask<Boolean> first = waiter("first", null);
      raceFor(first, () -> first.kill("enough"));
    }
  }

  private void eachRound(Runnable ending) throws Exception {
    for (int round = 0; round < RACES; round++) {
      raceFor(waiter("first", SECOND), ending);
    }
  }

  private void raceFor(GreenletTask<Boolean> first, Runnable ending) throws Exception {
    GreenletTask<Boolean> second = waiter("second", null);
    served.clear();
    Thread ender = Thread.ofPlatform().start(ending);
    serve();
    ender.join();
    if (first.join() instanceof Outcome.Returned<Boolean>(Boolean granted) && granted) {
      serve(); // the next one is for the second
    }

    assertThat(second.get()).isTrue();
    assertThat(served).containsOnlyOnce("second");
    assertThat(place.queue().waiters()).isEmpty();
    place = places.get();
  }

  /** A hub that runs one greenlet and no other. */
  private final class BusyHub implements AutoCloseable {
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();

    BusyHub() {
      go(
          () -> {
            begun.set(true);
            return keepHubUntil(over::get);
          });
      await().untilTrue(begun);
    }

    @Override
    public void close() {
      over.set(true);
    }
  }

  @Test
  void aKillTakesTheWaiterOutBeforeItReturns() throws Exception {
    GreenletTask<Boolean> first = waiter("first", null);
    GreenletTask<Boolean> second = spawnWaiter("second", otherHub, null);
    await().until(() -> place.queue().waiters().size() == 2);

    try (BusyHub _ = new BusyHub()) {
      first.kill("enough");
      assertThat(place.queue().waiters()).extracting(Strand::greenlet).containsExactly(second);
      serve();

      assertThat(second.get()).isTrue();
      assertThat(first.isDone()).isFalse();
    }
    assertThat(first.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(served).containsExactly("second");
  }

  @Test
  void anExpiredDeadlineTakesTheWaiterOut() throws Exception {
    WaitPlace here = place;
    GreenletTask<Boolean> busy =
        go(
            () -> {
              Greenlets.sleep(SECOND);
              return keepHubUntil(() -> served.contains("second"));
            });
    awaitParked(busy);
    GreenletTask<Boolean> first =
        go(() -> Deadline.within(SECOND, () -> waitHere(here, "first", null)));
    await().until(() -> here.queue().waiters().size() == 1);
    awaitParked(first);
    GreenletTask<Boolean> second = spawnWaiter("second", otherHub, null);
    await().until(() -> here.queue().waiters().size() == 2);

    time.advance(SECOND);
    await()
        .untilAsserted(
            () ->
                assertThat(here.queue().waiters())
                    .extracting(Strand::greenlet)
                    .containsExactly(second));
    serve();

    assertThat(second.get()).isTrue();
    assertThat(busy.get()).isTrue();
    assertThatThrownBy(first::get).hasCauseInstanceOf(TimeoutException.class);
    assertThat(served).containsExactly("second");
  }

  private static boolean keepHubUntil(BooleanSupplier condition) {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean() && System.nanoTime() < giveUp) {
      Thread.onSpinWait();
    }
    return condition.getAsBoolean();
  }

  @Test
  void aShieldedWaitIsNotTouched() throws Exception {
    WaitPlace here = place;
    GreenletTask<Boolean> first =
        go(
            () -> {
              boolean granted = Greenlets.shielded(() -> waitHere(here, "first", null));
              Greenlets.yieldNow();
              return granted;
            });
    await().until(() -> here.queue().waiters().size() == 1);

    first.kill("enough");
    assertThat(here.queue().waiters()).hasSize(1);
    serve();

    assertThat(first.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(served).containsExactly("first");
  }

  @Test
  void whatIsGivenAfterAKillIsNeverLost() throws Exception {
    killThenGive(ROUNDS);
  }

  @Test
  @Tag("soak")
  @Timeout(600)
  void whatIsGivenAfterAKillIsNeverLostHoweverOften() throws Exception {
    killThenGive(MANY_ROUNDS);
  }

  private void killThenGive(int rounds) throws Exception {
    for (int round = 0; round < rounds; round++) {
      GreenletTask<Boolean> first = spawnWaiter("first", hub, null);
      awaitQueued(1);
      GreenletTask<Boolean> second = spawnWaiter("second", otherHub, null);
      awaitQueued(2); // but not parked

      first.kill("enough");
      serve();

      assertThat(second.get()).isTrue();
      assertThat(first.join()).isInstanceOf(Outcome.Killed.class);
      assertThat(served).containsExactly("second");
      assertThat(place.queue().waiters()).isEmpty();
      served.clear();
      place = places.get();
    }
  }

  private void awaitQueued(int number) {
    while (place.queue().waiters().size() < number) {
      Thread.onSpinWait();
    }
  }
}
