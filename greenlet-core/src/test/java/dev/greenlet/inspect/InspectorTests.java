package dev.greenlet.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.SpawnOptions;
import dev.greenlet.SwitchPoint;
import dev.greenlet.TestEngine;
import dev.greenlet.WaitReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@EachEngine
@Timeout(60)
class InspectorTests {
  private final GreenletRuntime runtime;
  private final Hub hub;
  private final Inspector inspector;
  private final CountDownLatch release = new CountDownLatch(1);

  InspectorTests(TestEngine engine) {
    runtime = engine.builder().name("web").sharedCarriers(2).offloadCarriers(2).build();
    hub = runtime.hubs().getFirst();
    inspector = new Inspector(runtime);
  }

  @AfterEach
  void stop() {
    release.countDown();
    runtime.close();
  }

  @Test
  void nothingLivesInAnEmptyForest() {
    ForestSnapshot forest = inspector.forest();

    assertThat(forest.greenlets()).isEmpty();
    assertThat(forest.hubs()).singleElement().extracting(HubSnapshot::name).isEqualTo("web-0");
    assertThat(ForestText.render(forest))
        .isEqualTo(
            """
            hub web-0 idle live=0 ready=0 switches=0
            lane web-shared live=0 carriers=2
            lane web-offload live=0 carriers=2
            no greenlets
            """);
  }

  @Test
  void showsParentsChildrenAndWaitReasons() throws Exception {
    GreenletTask<Integer> request = spawnFamily();

    ForestSnapshot forest = inspector.forest();
    GreenletSnapshot root = forest.greenlets().getFirst();
    assertThat(forest.greenlets()).hasSize(1);
    assertThat(root.id()).isEqualTo(request.id());
    assertThat(root.kind()).isEqualTo("request");
    assertThat(root.state()).isEqualTo(GreenletState.PARKED);
    assertThat(root.waitingOn()).isEqualTo(new WaitReason("jdbc", "select ?"));
    assertThat(root.children())
        .extracting(GreenletSnapshot::name, GreenletSnapshot::waitingOn)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("supplier a", new WaitReason("http", "GET a")),
            org.assertj.core.groups.Tuple.tuple("supplier b", new WaitReason("http", "GET b")));
    assertThat(forest.hubs().getFirst().live()).isEqualTo(3);

    release.countDown();
    assertThat(request.get()).isEqualTo(2);
    runtime.awaitQuiescence(Duration.ofSeconds(20));
    assertThat(inspector.forest().greenlets()).isEmpty();
  }

  @Test
  void rendersTheForestAsAnIndentedTree() {
    spawnFamily();

    assertThat(
            ForestText.render(inspector.forest())
                .lines()
                .map(InspectorTests::withoutFigures)
                .toList())
        .containsExactly(
            "hub web-0 idle live=# ready=# switches=#",
            "lane web-shared live=# carriers=#",
            "lane web-offload live=# carriers=#",
            "## GET /flights [request] on web-0, parked on jdbc select ?, # ms, # switches",
            "├── ## supplier a [task] on web-0, parked on http GET a, # ms, # switches",
            "└── ## supplier b [task] on web-0, parked on http GET b, # ms, # switches");
  }

  @Test
  void oneThatAsksSeesItsDescendantsInItsPlace() throws Exception {
    GreenletTask<List<String>> root =
        runtime.spawn(
            SpawnOptions.named("root").on(hub),
            () ->
                Greenlets.spawn(
                        "asking",
                        () -> {
                          Greenlets.spawn(
                              "child",
                              () -> {
                                Greenlets.spawn("grandchild", () -> await("latch", ""));
                                return await("latch", "");
                              });
                          Greenlets.spawn("sibling", () -> await("latch", ""));
                          Greenlets.yieldNow();
                          Greenlets.yieldNow();
                          return inspector.forest().greenlets().stream()
                              .flatMap(each -> each.subtree().stream())
                              .map(GreenletSnapshot::name)
                              .toList();
                        })
                    .get());

    assertThat(root.get()).containsExactly("root", "child", "sibling", "grandchild");
  }

  @Test
  void findsOneByItsIdWithItsStack() {
    GreenletTask<Integer> request = spawnFamily();

    GreenletDetail detail = inspector.find(request.id());
    assertThat(detail).isNotNull();
    assertThat(detail.greenlet().children()).hasSize(2);
    assertThat(detail.stack())
        .anyMatch(frame -> frame.getClassName().equals(InspectorTests.class.getName()));
    assertThat(inspector.find(4711)).isNull();
  }

  private GreenletTask<Integer> spawnFamily() {
    GreenletTask<Integer> request =
        runtime.spawn(
            SpawnOptions.named("GET /flights").withKind("request").on(hub),
            () -> {
              List<GreenletTask<Boolean>> suppliers =
                  List.of(
                      Greenlets.spawn("supplier a", () -> await("http", "GET a")),
                      Greenlets.spawn("supplier b", () -> await("http", "GET b")));
              await("jdbc", "select ?");
              return Greenlets.joinAll(suppliers).size();
            });
    org.awaitility.Awaitility.await()
        .until(
            () ->
                request.children().size() == 2
                    && hub.state() == Hub.State.IDLE
                    && isParked(request)
                    && request.children().stream().allMatch(InspectorTests::isParked));
    return request;
  }

  private boolean await(String kind, String detail) throws InterruptedException {
    return SwitchPoint.call(
        new WaitReason(kind, detail),
        () -> {
          release.await();
          return true;
        });
  }

  private static boolean isParked(GreenletTask<?> task) {
    return task.greenletState() == GreenletState.PARKED && task.waitingOn() != null;
  }

  private static String withoutFigures(String line) {
    return line.replaceAll("(?<![-\\w])\\d+|(?<==)\\d+", "#");
  }
}
