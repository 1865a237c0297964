package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** The lane on which a request runs. */
@EachServer
@Timeout(120)
class RoutingTests {
  @Parameter private Host host;
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(
                Plain.class,
                First.class,
                Second.class,
                NamedOne.class,
                NamedTwo.class,
                Keyed.class,
                Mixed.class),
            "greenlet.hubs=4");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void aHandlerWithoutAnnotationRunsOnTheSharedLane() {
    assertThat(lane("/plain")).isEqualTo("greenlet-shared");
  }

  @Test
  void eachControllerHasOneHubAndControllersAreDistributed() {
    Set<String> first = lanes("/first", 20);
    Set<String> second = lanes("/second", 20);

    assertThat(first).hasSize(1);
    assertThat(second).hasSize(1).doesNotContainAnyElementsOf(first);
  }

  @Test
  void controllersThatNameTheSameHubShareIt() {
    assertThat(lane("/named/one")).isEqualTo(lane("/named/two"));
  }

  @Test
  void equalKeysGoToOneHubAndDifferentOnesToAll() {
    Set<String> all = new HashSet<>();
    for (int key = 0; key < 64; key++) {
      Set<String> lanes = lanes("/keyed/number/" + key, 3);
      assertThat(lanes).hasSize(1);
      assertThat(lane("/keyed/text/" + key)).isIn(lanes);
      all.addAll(lanes);
    }

    assertThat(all).hasSize(4);
  }

  @Test
  void theAnnotationOfTheMethodReplacesTheOneOfTheClass() {
    assertThat(lanes("/mixed/anywhere", 20)).allMatch(lane -> lane.startsWith("greenlet-"));
    assertThat(lane("/mixed/named")).isEqualTo(lane("/named/one"));
    assertThat(lane("/mixed/class")).isNotEqualTo("greenlet-shared");
  }

  @Test
  void spreadRequestsRunOnTheLeastBusyHub() {
    Mixed mixed = application.bean(Mixed.class);
    List<CompletableFuture<HttpResponse<String>>> answers =
        application.sendAtOnce(4, "/mixed/waiting");
    await()
        .untilAsserted(
            () ->
                assertThat(application.greenlets())
                    .extracting(greenlet -> greenlet.get("lane").asString())
                    .hasSize(4)
                    .allMatch(lane -> lane.startsWith("greenlet-")));
    mixed.release().countDown();

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
  }

  @Test
  void exclusiveRequestsOfOneKeyDoNotInterleave() {
    List<CompletableFuture<HttpResponse<String>>> answers =
        application.sendAtOnce(50, "/keyed/turn/7");

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().body()).isEqualTo("alone"));
  }

  @Test
  void aWaitForATurnIsShown() throws Exception {
    Keyed keyed = application.bean(Keyed.class);
    List<CompletableFuture<HttpResponse<String>>> answers =
        application.sendAtOnce(3, "/keyed/held/7");
    await()
        .untilAsserted(
            () ->
                assertThat(application.greenlets())
                    .extracting(RoutingTests::waitKind)
                    .containsExactlyInAnyOrder("latch", "turn", "turn"));
    assertThat(application.get("/keyed/free/8").body()).isEqualTo("free");
    keyed.release().countDown();

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
  }

  @Test
  void aRequestKeepsItsThreadAndItsName() {
    HttpResponse<String> answer = application.get("/first?token=secret");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(application.get("/first/name?token=secret").body()).isEqualTo("GET /first/name");
  }

  private String lane(String path) {
    HttpResponse<String> answer = application.get(path);
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private Set<String> lanes(String path, int requests) {
    Set<String> lanes = new HashSet<>();
    application.sendAtOnce(requests, path).forEach(answer -> lanes.add(answer.join().body()));
    return lanes;
  }

  private static String waitKind(JsonNode greenlet) {
    return greenlet.path("waitingOn").path("kind").asString();
  }

  private static String currentLane() {
    return Greenlets.current().lane().name();
  }

  private static void waitFor(CountDownLatch latch) throws InterruptedException {
    dev.greenlet.SwitchPoint.call(
        new dev.greenlet.WaitReason("latch", ""),
        () -> {
          latch.await();
          return true;
        });
  }

  @RestController
  static class Plain {
    @GetMapping("/plain")
    public String lane() {
      return currentLane();
    }
  }

  @RestController
  @Greenlet
  static class First {
    @GetMapping("/first")
    public String lane() {
      return currentLane();
    }

    @GetMapping("/first/name")
    public String name() {
      return Greenlets.current().name();
    }
  }

  @RestController
  @Greenlet
  static class Second {
    @GetMapping("/second")
    public String lane() {
      return currentLane();
    }
  }

  @RestController
  @Greenlet(hub = "named")
  static class NamedOne {
    @GetMapping("/named/one")
    public String lane() {
      return currentLane();
    }
  }

  @RestController
  @Greenlet(hub = "named")
  static class NamedTwo {
    @GetMapping("/named/two")
    public String lane() {
      return currentLane();
    }
  }

  @RestController
  static class Keyed {
    private final CountDownLatch release = new CountDownLatch(1);
    private int inside;

    CountDownLatch release() {
      return release;
    }

    @Greenlet(hub = "keys", key = "#key")
    @GetMapping("/keyed/number/{key}")
    public String number(@PathVariable long key) {
      return currentLane();
    }

    @Greenlet(hub = "keys", key = "#text.trim()")
    @GetMapping("/keyed/text/{text}")
    public String text(@PathVariable String text) {
      return currentLane();
    }

    @Greenlet(hub = "keys", key = "#key", exclusive = true)
    @GetMapping("/keyed/turn/{key}")
    public String turn(@PathVariable long key) throws InterruptedException {
      inside++;
      Greenlets.yieldNow();
      Greenlets.sleep(Duration.ofMillis(1));
      String answer = inside == 1 ? "alone" : "with " + inside;
      inside--;
      return answer;
    }

    @Greenlet(hub = "keys", key = "#key", exclusive = true)
    @GetMapping("/keyed/held/{key}")
    public String held(@PathVariable long key) throws InterruptedException {
      waitFor(release);
      return "held";
    }

    @Greenlet(hub = "keys", key = "#key", exclusive = true)
    @GetMapping("/keyed/free/{key}")
    public String free(@PathVariable long key) {
      return "free";
    }
  }

  @RestController
  @Greenlet
  static class Mixed {
    private final CountDownLatch release = new CountDownLatch(1);

    CountDownLatch release() {
      return release;
    }

    @GetMapping("/mixed/class")
    public String lane() {
      return currentLane();
    }

    @Greenlet(hub = "named")
    @GetMapping("/mixed/named")
    public String named() {
      return currentLane();
    }

    @Greenlet(spread = true)
    @GetMapping("/mixed/anywhere")
    public String anywhere() {
      return currentLane();
    }

    @Greenlet(spread = true)
    @GetMapping("/mixed/waiting")
    public String waiting() throws InterruptedException {
      waitFor(release);
      return currentLane();
    }
  }
}
