package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Greenlets know their parents and children. */
@EveryEngine
class FamilyTest extends HubContract {
  FamilyTest(EngineChoice engine) {
    super(engine);
  }

  @Test
  void knowsItsParentAndItsChildren() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    GreenletTask<List<GreenletTask<?>>> parent =
        onHub(
            "parent",
            () -> {
              Greenlets.spawn("first", () -> waitFor(release, 1));
              Greenlets.spawn("second", () -> waitFor(release, 2));
              waitFor(release, 0);
              return List.of();
            });
    await().until(() -> parent.children().size() == 2);

    assertThat(parent.children()).extracting(GreenletTask::name).containsExactly("first", "second");
    assertThat(parent.children()).allSatisfy(child -> assertThat(child.parent()).isSameAs(parent));
    assertThat(parent.parent()).isNull();
    release.countDown();
    runtime.awaitQuiescence(LONG);
    assertThat(parent.children()).isEmpty();
  }

  @Test
  void whoLosesItsParentBelongsToTheNearestAncestorThatLives() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    GreenletTask<?>[] grandchild = new GreenletTask<?>[1];
    GreenletTask<Integer> root =
        onHub(
            "root",
            () -> {
              GreenletTask<?> middle =
                  Greenlets.spawn(
                      "middle",
                      () -> {
                        grandchild[0] = Greenlets.spawn("leaf", () -> waitFor(release, 1));
                        return null;
                      });
              middle.join();
              return waitFor(release, 0);
            });
    await()
        .untilAsserted(
            () ->
                assertThat(root.children()).extracting(GreenletTask::name).containsExactly("leaf"));

    assertThat(grandchild[0].parent()).isSameAs(root);
    release.countDown();
    runtime.awaitQuiescence(LONG);
  }
}
