package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Greenlets move between lanes. */
@EachEngine
class LanesTests extends HubContract {
  LanesTests(TestEngine engine) {
    super(engine);
  }

  @Test
  void movesBetweenLanesWithOneThreadAndItsThreadLocals() throws Exception {
    ThreadLocal<String> local = new ThreadLocal<>();
    GreenletTask<List<Lane>> mover =
        onHub(
            "mover",
            () -> {
              Thread thread = Thread.currentThread();
              local.set("kept");
              List<Lane> visited = new ArrayList<>();
              for (Lane lane : List.of(otherHub, runtime.sharedLane(), hub, hub)) {
                Greenlets.moveTo(lane);
                visited.add(Greenlets.current().lane());
                assertThat(Thread.currentThread()).isSameAs(thread);
                assertThat(local.get()).isEqualTo("kept");
              }
              return visited;
            });

    assertThat(mover.get()).containsExactly(otherHub, runtime.sharedLane(), hub, hub);
    await().untilAsserted(() -> assertThat(hub.live() + otherHub.live()).isZero());
  }

  @Test
  void whoMovesToAHubRunsAloneThere() throws Exception {
    Counter counter = new Counter();
    List<GreenletTask<@Nullable Void>> movers =
        IntStream.range(0, 500)
            .mapToObj(
                i ->
                    runtime.<@Nullable Void>spawn(
                        SpawnOptions.named("mover"),
                        () -> {
                          Greenlets.moveTo(hub);
                          counter.incrementWithoutLock();
                          Greenlets.moveTo(runtime.sharedLane());
                          Greenlets.moveTo(hub);
                          counter.incrementWithoutLock();
                          return null;
                        }))
            .toList();
    Greenlets.joinAll(movers);

    assertThat(counter.value).isEqualTo(1_000);
    assertThat(counter.overlaps.get()).isZero();
  }

  @Test
  void offloadedWorkLeavesTheHubToOthersAndComesBack() throws Exception {
    AtomicBoolean othersRan = new AtomicBoolean();
    GreenletTask<Lane> offloader =
        onHub(
            "offloader",
            () -> {
              Greenlets.spawn(
                  () -> {
                    othersRan.set(true);
                    return null;
                  });
              Greenlets.offload(() -> spinUntil(othersRan::get));
              return Greenlets.current().lane();
            });

    assertThat(offloader.get()).isSameAs(hub);
    assertThat(othersRan).isTrue();
  }

  @Test
  void offloadComesBackWhenTheCallFails() throws Exception {
    GreenletTask<Lane> offloader =
        onHub(
            "offloader",
            () -> {
              assertThatThrownBy(
                      () ->
                          Greenlets.offload(
                              () -> {
                                throw new java.io.IOException("no such file");
                              }))
                  .isInstanceOf(java.io.IOException.class);
              return Greenlets.current().lane();
            });

    assertThat(offloader.get()).isSameAs(hub);
  }

  @Test
  void aLaneOfAnotherRuntimeIsRefused() {
    try (GreenletRuntime other = engine.builder().name("other").build()) {
      Hub foreign = other.hubs().getFirst();

      assertThatThrownBy(() -> runtime.spawn(SpawnOptions.defaults().on(foreign), () -> 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("'lane' must belong to runtime 'test', was hub 'other-0' of another one");
    }
  }
}
