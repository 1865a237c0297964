package dev.greenlet.spring.web.coroutine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kotlin.Unit;
import kotlinx.coroutines.CompletableJob;
import kotlinx.coroutines.Job;
import kotlinx.coroutines.JobKt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@ParameterizedClass(name = "on {0}")
@EnumSource(
    value = EngineChoice.class,
    names = {"NATIVE", "PORTABLE"})
class HubDispatcherTests {
  private final GreenletRuntime runtime;
  private final Hub hub;
  private final CompletableJob whole = JobKt.Job((Job) null);
  private final CompletableFuture<Place> resumed = new CompletableFuture<>();

  HubDispatcherTests(EngineChoice engine) {
    this.runtime = GreenletRuntime.builder().engine(engine).hubs(1).build();
    this.hub = runtime.hubs().getFirst();
  }

  @AfterEach
  void close() {
    whole.complete();
    runtime.close();
  }

  @Test
  void aPartRunsOnTheHubInTheTreeOfItsRequest() throws Exception {
    GreenletTask<?> request =
        runtime.spawn(
            onHub(),
            () -> {
              resumeBy(dispatcher());
              while (!resumed.isDone()) {
                Greenlets.yieldNow();
              }
              return null;
            });

    Place place = resumed.get(30, TimeUnit.SECONDS);
    assertThat(place.greenlet().lane()).isSameAs(hub);
    assertThat(place.owner().kind()).isEqualTo("async");
    assertThat(place.request()).isSameAs(request);
    assertThat(place.cancelled()).isFalse();
  }

  @Test
  void aCoroutineThatIsKilledBeforeItsPartsBeginIsCancelledAndResumed() throws Exception {
    runtime.spawn(
        onHub(),
        () -> {
          resumeBy(dispatcher());
          Greenlets.current().children().forEach(each -> each.kill("by a test"));
          return null;
        });

    Place place = resumed.get(30, TimeUnit.SECONDS);
    assertThat(place.greenlet().lane()).isSameAs(hub);
    assertThat(place.cancelled()).isTrue();
  }

  @Test
  void aPartThatIsKilledBeforeItBeginsIsCancelledAndResumed() throws Exception {
    runtime.spawn(
        onHub(),
        () -> {
          resumeBy(dispatcher());
          GreenletTask<?> spawning = Greenlets.current().children().getFirst();
          while (spawning.children().isEmpty()) {
            Greenlets.yieldNow();
          }
          spawning.children().forEach(each -> each.kill("by a test"));
          return null;
        });

    Place place = resumed.get(30, TimeUnit.SECONDS);
    assertThat(place.greenlet().lane()).isSameAs(hub);
    assertThat(place.cancelled()).isTrue();
  }

  @Test
  void aPartOfAnotherJobRunsOnTheHubAfterTheFirstCoroutineIsComplete() throws Exception {
    HubDispatcher dispatcher = runtime.spawn(onHub(), this::dispatcher).get();
    CompletableJob other = JobKt.Job((Job) null);
    CompletableFuture<Void> complete = new CompletableFuture<>();
    whole.invokeOnCompletion(
        _ -> {
          complete.complete(null);
          return Unit.INSTANCE;
        });
    dispatcher.dispatch(whole, whole::complete);
    complete.get(30, TimeUnit.SECONDS);

    dispatcher.dispatch(other, () -> resumed.complete(Place.of(other)));

    Place place = resumed.get(30, TimeUnit.SECONDS);
    assertThat(place.greenlet().lane()).isSameAs(hub);
    assertThat(place.cancelled()).isFalse();
    other.complete();
  }

  @Test
  void aCoroutineOfAClosedRuntimeIsCancelledAndResumedByKotlin() throws Exception {
    HubDispatcher dispatcher = runtime.spawn(onHub(), this::dispatcher).get();
    runtime.close();

    resumeBy(dispatcher);

    Place place = resumed.get(30, TimeUnit.SECONDS);
    assertThat(place.ancestry()).isEmpty();
    assertThat(place.cancelled()).isTrue();
  }

  private SpawnOptions onHub() {
    return SpawnOptions.named("GET /shop").on(hub);
  }

  private HubDispatcher dispatcher() {
    return HubDispatcher.of(Greenlets.current(), hub, runtime);
  }

  private void resumeBy(HubDispatcher dispatcher) {
    dispatcher.dispatch(whole, () -> resumed.complete(Place.of(whole)));
  }

  /** The lane on which a coroutine was resumed, and whether it was cancelled by then. */
  private record Place(List<GreenletTask<?>> ancestry, boolean cancelled) {
    static Place of(Job job) {
      List<GreenletTask<?>> ancestry = new ArrayList<>();
      for (GreenletTask<?> each = Greenlets.currentOrNull(); each != null; each = each.parent()) {
        ancestry.add(each);
      }
      return new Place(ancestry, job.isCancelled());
    }

    GreenletTask<?> greenlet() {
      return ancestry.get(0);
    }

    GreenletTask<?> owner() {
      return ancestry.get(1);
    }

    GreenletTask<?> request() {
      return ancestry.get(2);
    }
  }
}
