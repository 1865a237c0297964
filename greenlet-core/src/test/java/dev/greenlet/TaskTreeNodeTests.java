package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Greenlets know their parents and children. */
@EachEngine
class TaskTreeNodeTests extends HubContract {
  TaskTreeNodeTests(TestEngine engine) {
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

  @Test
  void aChildThatIsEntrustedToAnotherBelongsToItAndToItsHeirs() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch heirsEnd = new CountDownLatch(1);
    GreenletTask<?>[] treeNode = new GreenletTask<?>[2];
    GreenletTask<Integer> parent =
        onHub(
            "parent",
            () -> {
              treeNode[0] = Greenlets.spawn("child", () -> waitFor(release, 1));
              treeNode[1] = Greenlets.spawn("heir", () -> waitFor(heirsEnd, 2));
              Greenlets.reparent(treeNode[0], treeNode[1]);
              return waitFor(release, 0);
            });
    await().until(() -> parent.greenletState() == GreenletState.PARKED);

    assertThat(treeNode[0].parent()).isSameAs(treeNode[1]);
    assertThat(treeNode[1].children()).containsExactly(treeNode[0]);
    assertThat(parent.children()).containsExactly(treeNode[1]);
    heirsEnd.countDown();
    await().until(() -> parent.children().contains(treeNode[0]));
    release.countDown();
    runtime.awaitQuiescence(LONG);
  }

  @Test
  void onlyChildrenAreEntrustedToChildren() throws Exception {
    GreenletTask<Integer> stranger = onHub("stranger", () -> 0);
    GreenletTask<Integer> parent =
        onHub(
            "parent",
            () -> {
              GreenletTask<?> child = Greenlets.spawn("child", () -> 1);
              assertThatIllegalArgumentException()
                  .isThrownBy(() -> Greenlets.reparent(child, stranger))
                  .withMessageStartingWith("'heir' must be another child of");
              assertThatIllegalArgumentException()
                  .isThrownBy(() -> Greenlets.reparent(child, child));
              Greenlets.reparent(stranger, child);
              return child.children().size();
            });

    assertThat(parent.get()).isZero();
  }

  @Test
  void aRootIsNobodysChildAndUnderNobodysDeadline() throws Exception {
    GreenletTask<Boolean> spawner =
        onHub(
            "spawner",
            () ->
                Deadline.within(
                    LONG,
                    () -> {
                      GreenletTask<Boolean> root =
                          runtime.spawnRoot(
                              SpawnOptions.named("root"),
                              () ->
                                  Greenlets.current().parent() == null
                                      && Greenlets.current().deadline() == null);
                      return root.get();
                    }));

    assertThat(spawner.get()).isTrue();
  }
}
