package dev.greenlet.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.greenlet.EngineChoice;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.Party;
import dev.greenlet.SpawnOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds for every primitive whose waiters are queued: who is served, and who is not. */
public abstract class WaitContract extends EngineFixture {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int ROUNDS = 50;

  private final Supplier<WaitPlace> places;
  private final List<String> served = new CopyOnWriteArrayList<>();
  private WaitPlace place;

  protected WaitContract(EngineChoice engine, Supplier<WaitPlace> places) {
    super(engine);
    this.places = places;
    this.place = places.get();
  }

  /** Spawns a waiter, and returns when it is queued and parked. */
  private GreenletTask<Boolean> waiter(String name, @Nullable Duration timeout) {
    WaitPlace here = place;
    int before = here.queue().waiters().size();
    GreenletTask<Boolean> waiter =
        runtime.spawn(SpawnOptions.named(name).on(hub), () -> waitHere(here, name, timeout));
    await().until(() -> here.queue().waiters().size() > before);
    awaitParked(waiter);
    return waiter;
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
        .extracting(Party::greenlet)
        .containsExactly(first, second, third);
    time.advance(SECOND);
    assertThat(second.get()).isFalse();
    assertThat(place.queue().waiters()).extracting(Party::greenlet).containsExactly(first, third);
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
    for (int round = 0; round < ROUNDS; round++) {
      GreenletTask<Boolean> first = waiter("first", null);
      raceFor(first, () -> first.kill("enough"));
    }
  }

  private void eachRound(Runnable ending) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
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
}
