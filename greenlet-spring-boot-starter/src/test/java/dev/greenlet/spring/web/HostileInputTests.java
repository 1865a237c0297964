package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.RawConnection.Answer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/**
 * Input of malicious or broken clients. Hubs keep running, memory stays bounded, and no input
 * appears in the tree of another client's request.
 */
@EachServer
@Timeout(300)
class HostileInputTests {
  private static final int CONNECTIONS = 200;
  private static final int MANY_CONNECTIONS = 10_000;

  /** In bytes: mainly the buffers of the container, and the request objects that Tomcat caches. */
  private static final long MEMORY_PER_CONNECTION = 128 * 1024;

  @Parameter private Host host;
  private RunningApplication application;
  private final List<RawConnection> connections = new ArrayList<>();

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(Gate.class, OnAHub.class),
            "greenlet.hubs=1",
            "server.tomcat.max-connections=20000",
            "server.tomcat.connection-timeout=120s",
            "server.jetty.connection-idle-timeout=120s");
  }

  @AfterEach
  void closeConnections() throws IOException {
    for (RawConnection connection : connections) {
      connection.close();
    }
    connections.clear();
    Gate gate = application.bean(Gate.class);
    gate.open.release(1_000);
    await().atMost(Duration.ofSeconds(60)).untilAsserted(this::assertNoLiveRequests);
    gate.open.drainPermits();
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void slowHeadersOccupyNoGreenlet() throws IOException {
    for (int i = 0; i < CONNECTIONS; i++) {
      connect().send("GET /quick HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
    }
    for (RawConnection connection : connections) {
      connection.send("a");
    }

    assertTheHubResponds();
    await().untilAsserted(this::assertNoLiveRequests);
    for (RawConnection connection : connections) {
      connection.send("b\r\n\r\n");
    }
    for (RawConnection connection : connections) {
      assertThat(connection.answer()).isEqualTo(new Answer(200, "quick"));
    }
  }

  @Test
  void halfABodyDelaysNoOtherRequest() throws IOException {
    for (int i = 0; i < CONNECTIONS; i++) {
      connect()
          .send(
              "POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                  + "Content-Length: 10\r\n\r\nhalf ");
    }
    await().untilAsserted(() -> assertThat(live("POST /body")).hasSize(CONNECTIONS));

    assertTheHubResponds();
    for (RawConnection connection : connections.subList(0, CONNECTIONS / 2)) {
      connection.send("whole");
    }
    for (RawConnection connection : connections.subList(0, CONNECTIONS / 2)) {
      assertThat(connection.answer()).isEqualTo(new Answer(200, "half whole"));
    } // the others never send the rest
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrderAndEachHasItsOwnTree() throws IOException {
    RawConnection connection = connect();
    StringBuilder requests = new StringBuilder();
    int count = 50;
    for (int i = 0; i < count; i++) {
      requests.append("GET /family?id=%d HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(i));
    }

    connection.send(requests.toString());

    for (int i = 0; i < count; i++) {
      assertThat(connection.answer())
          .isEqualTo(new Answer(200, "GET /family with [child of %d]".formatted(i)));
    }
  }

  @Test
  void aRequestSmuggledBehindARejectedOneIsNotServed() throws IOException {
    String smuggled = "GET /count HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (String hostile :
        List.of(
            "GET /quick HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
            "GET /quick HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET /quick HTTP/1.1\r\n"
                + "Host: localhost\r\n"
                + "Content-Length: 1\r\n"
                + "Content-Length: 2\r\n\r\n",
            "GET /quick HTTP/1.1\r\nHost: localhost\r\nX: %s\r\n\r\n"
                .formatted("x".repeat(100_000)),
            "GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted("y".repeat(100_000)),
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n")) {
      try (RawConnection connection = RawConnection.to(application.port())) {
        sendAsMuchAsTaken(connection, hostile + smuggled);
        assertThat(connection.untilClosed()).as(hostile).doesNotContain("counted");
      }
    }
    assertThat(application.bean(Gate.class).counted).isZero();
    assertTheHubResponds();
  }

  @Test
  void randomBytesHaveNoEffectOnOtherRequests() throws IOException {
    Random random = new Random(42);
    for (int i = 0; i < CONNECTIONS; i++) {
      byte[] bytes = new byte[random.nextInt(1, 2_000)];
      random.nextBytes(bytes);
      connect().send(bytes);
    }

    assertTheHubResponds();
  }

  @Test
  void longNamesAndKeysWithControlCharactersAreShownShortAndOnOneLine() throws IOException {
    String ugly = "%0A%1B%5B2J%23999+forged+" + "k".repeat(5_000);
    for (int i = 0; i < 2; i++) { // one has the turn, the other waits for it
      connect().send("GET /turn?key=%s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(ugly));
    }
    connect().send("GET /gate/%s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted("n".repeat(5_000)));
    await().untilAsserted(() -> assertThat(live("GET ")).hasSize(3));
    await()
        .untilAsserted(
            () ->
                assertThat(live("GET /turn"))
                    .extracting(greenlet -> greenlet.path("waitingOn").path("kind").asString())
                    .containsExactlyInAnyOrder("gate", "turn"));

    String tree = application.get("/actuator/greenlets", "Accept", "text/plain").body();

    assertThat(tree.lines().filter(line -> !line.contains("/actuator/"))) // one may be about to end
        .hasSize(6)
        .noneMatch(line -> line.startsWith("#999"));
    assertThat(tree.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(700));
    assertThat(tree.chars()).noneMatch(each -> each != '\n' && Character.isISOControl(each));
    application.bean(Gate.class).open.release(3);
    for (RawConnection connection : connections) {
      assertThat(connection.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void idleConnectionsOccupyNeitherGreenletsNorHubs() throws IOException {
    holdIdle(CONNECTIONS);
  }

  @Test
  @Tag("soak")
  void tenThousandIdleConnectionsOccupyNeitherGreenletsNorHubs() throws IOException {
    long before = usedMemory();

    try (IdleClients _ = IdleClients.connect(application.port(), MANY_CONNECTIONS)) {
      await().atMost(Duration.ofSeconds(60)).untilAsserted(this::assertNoLiveRequests);
      assertTheHubResponds();

      long each = (usedMemory() - before) / MANY_CONNECTIONS;
      System.out.printf("%s: %d idle connections, %d bytes each%n", host, MANY_CONNECTIONS, each);
      assertThat(each).isLessThan(MEMORY_PER_CONNECTION);
    }
    assertTheHubResponds();
  }

  private void holdIdle(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      connect().send("GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    for (RawConnection connection : connections) {
      assertThat(connection.answer()).isEqualTo(new Answer(200, "quick"));
    }

    await().atMost(Duration.ofSeconds(60)).untilAsserted(this::assertNoLiveRequests);
    assertTheHubResponds();
  }

  private static long usedMemory() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private RawConnection connect() throws IOException {
    RawConnection connection = RawConnection.to(application.port());
    connections.add(connection);
    return connection;
  }

  /**
   * Sends a text; a server that rejects it may close the connection before it has read everything.
   */
  private static void sendAsMuchAsTaken(RawConnection connection, String text) {
    try {
      connection.send(text);
    } catch (IOException closed) {
      // rejected before the end
    }
  }

  private void assertTheHubResponds() throws IOException {
    try (RawConnection connection = RawConnection.to(application.port())) {
      for (int i = 0; i < 10; i++) {
        connection.send("GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(connection.answer()).isEqualTo(new Answer(200, "quick"));
      }
    }
  }

  private void assertNoLiveRequests() {
    assertThat(application.greenlets()).isEmpty();
  }

  private List<JsonNode> live(String name) {
    return application.greenlets().stream()
        .filter(greenlet -> greenlet.path("name").asString().startsWith(name))
        .toList();
  }

  static class Gate {
    private final Semaphore open = new Semaphore(0);
    private int counted; // on the one hub only
  }

  @RestController
  @Greenlet
  static class OnAHub {
    private final Gate gate;

    OnAHub(Gate gate) {
      this.gate = gate;
    }

    @GetMapping("/quick")
    public String quick() {
      return "quick";
    }

    @GetMapping("/count")
    public String count() {
      gate.counted++;
      return "counted";
    }

    @PostMapping("/body")
    public String body(@RequestBody String body) {
      return body;
    }

    @GetMapping("/family")
    public String family(@RequestParam int id) {
      Greenlets.spawn("child of " + id, () -> Greenlets.current().id());
      List<String> children =
          Greenlets.current().children().stream().map(GreenletTask::name).toList();
      return Greenlets.current().name() + " with " + children;
    }

    @GetMapping("/gate/{name}")
    public String gate() throws InterruptedException {
      return pass();
    }

    @GetMapping("/turn")
    @Greenlet(key = "#key", exclusive = true)
    public String turn(@RequestParam String key) throws InterruptedException {
      return pass();
    }

    private String pass() throws InterruptedException {
      return SwitchPoint.call(
          new WaitReason("gate", ""),
          () -> {
            gate.open.acquire();
            return "passed";
          });
    }
  }
}
