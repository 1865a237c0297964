package dev.greenlet.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.SpawnOptions;
import dev.greenlet.TestEngine;
import dev.greenlet.sync.GreenletEvent;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Trees that are deeper than a stack, and broader than is reasonable. */
@EachEngine
@Timeout(240)
class DeepTreesTests {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final GreenletRuntime runtime;
  private final Inspector inspector;
  private final GreenletEvent never = new GreenletEvent("never");
  private final int depth;
  private final int breadth;
  private final CountDownLatch allWait;

  DeepTreesTests(TestEngine engine) {
    boolean virtual = engine != TestEngine.PLATFORM_THREADS; // whose greenlets are threads
    depth = virtual ? 100_000 : 2_000;
    breadth = virtual ? 200_000 : 2_000;
    allWait = new CountDownLatch(depth);
    runtime = engine.builder().build();
    inspector = new Inspector(runtime);
  }

  @AfterEach
  void stop() {
    runtime.close();
  }

  @Test
  void aChainIsShownAndKilled() throws Exception {
    GreenletTask<?> first = spawnChain();

    ForestSnapshot forest = inspector.forest();
    GreenletDetail detail = inspector.find(first.id());

    assertThat(forest.greenlets()).hasSize(1);
    GreenletSnapshot root = forest.greenlets().getFirst();
    assertThat(root.subtree()).hasSize(depth);
    assertThat(root.subtree().getLast().children()).isEmpty();
    assertThat(detail).isNotNull();
    assertThat(detail.greenlet().subtree()).hasSize(depth);
    assertThat(Greenlets.killTree(first, "enough")).isTrue();
    assertThat(runtime.awaitQuiescence(PATIENCE)).isTrue();
    assertThat(inspector.forest().greenlets()).isEmpty();
  }

  @Test
  void theTextHasSoManyLevelsAndSaysHowManyAreBelow() throws Exception {
    GreenletTask<?> first = spawnChain();

    String text = ForestText.render(inspector.forest());
    GreenletDetail detail = inspector.find(first.id());

    assertThat(text.lines().filter(line -> line.contains(" [task] on ")))
        .hasSize(GreenletSnapshot.MAX_RENDERED_DEPTH);
    assertThat(text)
        .endsWith("└── … %d more below\n".formatted(depth - GreenletSnapshot.MAX_RENDERED_DEPTH));
    assertThat(detail).isNotNull();
    assertThat(ForestText.render(detail)).contains(" more below\n");
  }

  @Test
  void aSnapshotOfAChainHasAllThatARecordHas() throws Exception {
    spawnChain();

    GreenletSnapshot snapshot = inspector.forest().greenlets().getFirst();
    GreenletSnapshot shorter = snapshot.children().getFirst();

    assertThat(snapshot.equals(snapshot)).isTrue();
    assertThat(snapshot.equals(shorter)).isFalse();
    assertThat(snapshot.hashCode()).isNotEqualTo(shorter.hashCode());
    assertThat(snapshot.toString()).hasSizeLessThan(1000).contains("PARKED");
  }

  @Test
  void manyChildrenAreShownAndKilled() throws Exception {
    CountDownLatch spawned = new CountDownLatch(1);
    GreenletTask<?> parent =
        runtime.spawn(
            SpawnOptions.named("parent").on(runtime.hubs().getFirst()),
            () -> {
              for (int i = 0; i < breadth; i++) {
                Greenlets.spawn(SpawnOptions.defaults().asDaemon(), this::waitForever);
              }
              spawned.countDown();
              return waitForever();
            });
    spawned.await();

    GreenletSnapshot root = inspector.forest().greenlets().getFirst();

    assertThat(root.children()).hasSize(breadth);
    assertThat(ForestText.render(inspector.forest()).lines()).hasSize(breadth + 4);
    assertThat(Greenlets.killTree(parent, "enough")).isTrue();
    assertThat(runtime.awaitQuiescence(PATIENCE)).isTrue();
  }

  private GreenletTask<?> spawnChain() throws InterruptedException {
    GreenletTask<?> first =
        runtime.spawn(
            SpawnOptions.named("link").on(runtime.hubs().getFirst()).asDaemon(), () -> link(depth));
    allWait.await();
    return first;
  }

  private @Nullable Object link(int left) throws InterruptedException {
    if (left > 1) {
      Greenlets.spawn(SpawnOptions.named("link").asDaemon(), () -> link(left - 1));
    }
    allWait.countDown();
    return waitForever();
  }

  private @Nullable Object waitForever() throws InterruptedException {
    never.await();
    return null;
  }
}
