package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletExit;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.http.HubConnectionsCustomizer;
import dev.greenlet.spring.web.admission.Admission;
import dev.greenlet.spring.web.admission.AimdLimit;
import dev.greenlet.sync.GreenletEvent;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.hc.core5.http.io.SocketConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/**
 * Compiles, runs and asserts the examples of docs/requests.md and docs/waits.md; each stands there
 * as it does here.
 */
@EachServer
@Timeout(120)
class RequestExamplesTests {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Parameter private Host host;
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(
                Accounts.class,
                AskingAccounts.class,
                FraudCheck.class,
                Quotes.class,
                Audit.class,
                Limits.class,
                Connections.class,
                Sockets.class),
            "greenlet.hubs=2",
            "quotes.timeout=200ms");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void aKeyPreventsTheRaceOfCheckAndAct() throws Exception {
    assertThat(withdrawAtOnce(50, "/accounts/1/withdraw?amount=10", () -> {})).isEqualTo(10);
  }

  @Test
  void aKeyDoesNotPreventTheRaceAcrossAWait() throws Exception {
    assertThat(withdrawAtOnce(2, "/risky/2/withdraw?amount=100", () -> awaitAsking(2)))
        .isEqualTo(2);
  }

  @Test
  void aCheckAfterTheWaitPreventsIt() throws Exception {
    assertThat(withdrawAtOnce(2, "/checked/3/withdraw?amount=100", () -> awaitAsking(2)))
        .isEqualTo(1);
  }

  @Test
  void turnsPreventIt() throws Exception {
    assertThat(withdrawAtOnce(2, "/exclusive/4/withdraw?amount=100", this::awaitOneQueued))
        .isEqualTo(1);
  }

  @Test
  void aPropertyLimitsTheTimeOfARequest() {
    HttpResponse<String> answer = application.get("/flights/1/quotes");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("The request did not complete within 200 ms.");
  }

  @Test
  void aShieldedSectionCompletesAfterTheTimeLimit() {
    assertThat(application.get("/flights/2/audited-quotes").statusCode()).isEqualTo(503);
    assertThat(application.bean(Audit.class).recorded).containsExactly(2L);
  }

  @Test
  void theLimitOfTheApplicationReplacesTheProperties() {
    assertThat(application.bean(Admission.class).snapshot().limit()).isEqualTo(200);
  }

  @Test
  void breakersAndRetriesIgnoreAnExit() {
    GreenletExit exit = new GreenletExit("killed", null);

    assertThat(Libraries.BREAKER.getIgnoreExceptionPredicate()).accepts(exit);
    assertThat(Libraries.RETRY.shouldRetry(exit)).isFalse();
    assertThat(Libraries.RETRY.shouldRetry(new IllegalStateException())).isTrue();
  }

  @Test
  void eachExampleIsInItsPageAsItRunsHere() throws Exception {
    Path base = Path.of("").toAbsolutePath();
    String name = "greenlet-spring-boot-starter";
    Path module = base.endsWith(name) ? base : base.resolve(name);
    Path docs = module.resolveSibling("docs");
    String pages =
        Files.readString(docs.resolve("requests.md")) + Files.readString(docs.resolve("waits.md"));
    String here =
        Files.readString(
            module.resolve("src/test/java/" + getClass().getName().replace('.', '/') + ".java"));
    List<String> run = blocks(here, "// @start region=[a-z-]+\n(.*?)// @end");

    assertThat(run).isNotEmpty();
    assertThat(blocks(pages, "```java\n(.*?)```")).containsAll(run);
  }

  private static List<String> blocks(String text, String pattern) {
    return Pattern.compile(pattern, Pattern.DOTALL)
        .matcher(text)
        .results()
        .map(block -> block.group(1).replace("static class", "class"))
        .map(block -> block.replaceAll("\\s+", " ").strip())
        .toList();
  }

  /** How many of the withdrawals succeed; in the meantime something is waited for. */
  private int withdrawAtOnce(int count, String path, Runnable meanwhile) throws Exception {
    FraudCheck fraudCheck = application.bean(FraudCheck.class);
    fraudCheck.begin();
    Callable<Boolean> withdraw = () -> post(path);
    try (ExecutorService clients = Executors.newFixedThreadPool(count)) {
      List<Future<Boolean>> answers =
          IntStream.range(0, count).mapToObj(i -> clients.submit(withdraw)).toList();
      meanwhile.run();
      fraudCheck.open.set();
      int successes = 0;
      for (Future<Boolean> answer : answers) {
        successes += answer.get() ? 1 : 0;
      }
      return successes;
    }
  }

  private boolean post(String path) throws Exception {
    try (KeepAliveClient client = new KeepAliveClient(application.port())) {
      client.send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
      return Boolean.parseBoolean(client.receive().body());
    }
  }

  private void awaitAsking(int count) {
    AtomicInteger asking = application.bean(FraudCheck.class).asking;
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(asking).hasValue(count));
  }

  private void awaitOneQueued() {
    awaitAsking(1);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(application.greenlets())
                    .filteredOn(
                        greenlet ->
                            greenlet.path("waitingOn").path("kind").asString().equals("turn"))
                    .hasSize(1));
  }

  /** A check that takes time. */
  static class FraudCheck {
    private final AtomicInteger asking = new AtomicInteger();
    private final GreenletEvent open = new GreenletEvent("fraud check");

    void begin() {
      asking.set(0);
      open.clear();
    }

    boolean allows(long id, int amount) throws InterruptedException {
      asking.incrementAndGet();
      open.await();
      return id > 0 && amount > 0;
    }
  }

  // @start region=key
  @RestController
  static class Accounts {
    private final Map<Long, Integer> balances = new ConcurrentHashMap<>(); // of all keys: many hubs

    @Greenlet(hub = "accounts", key = "#id")
    @PostMapping("/accounts/{id}/withdraw")
    public boolean withdraw(@PathVariable("id") long id, @RequestParam("amount") int amount) {
      int balance = balances.getOrDefault(id, 100); // check …
      if (balance < amount) {
        return false;
      }
      balances.put(id, balance - amount); // … and act: no other of this key ran in between
      return true;
    }
  }

  // @end

  @RestController
  static class AskingAccounts {
    private final Map<Long, Integer> balances = new ConcurrentHashMap<>();
    private final FraudCheck fraudCheck;

    AskingAccounts(FraudCheck fraudCheck) {
      this.fraudCheck = fraudCheck;
    }

    // @start region=risky
    @Greenlet(hub = "accounts", key = "#id")
    @PostMapping("/risky/{id}/withdraw")
    public boolean withdrawAskingFirst(
        @PathVariable("id") long id, @RequestParam("amount") int amount)
        throws InterruptedException {
      int balance = balances.getOrDefault(id, 100);
      if (balance < amount || !fraudCheck.allows(id, amount)) { // waits: a switch point
        return false;
      }
      balances.put(id, balance - amount); // a balance of long ago
      return true;
    }

    // @end

    // @start region=checked
    @Greenlet(hub = "accounts", key = "#id")
    @PostMapping("/checked/{id}/withdraw")
    public boolean withdrawCheckingLast(
        @PathVariable("id") long id, @RequestParam("amount") int amount)
        throws InterruptedException {
      if (!fraudCheck.allows(id, amount)) { // waits first
        return false;
      }
      int balance = balances.getOrDefault(id, 100); // nothing waits from here on
      if (balance < amount) {
        return false;
      }
      balances.put(id, balance - amount);
      return true;
    }

    // @end

    // @start region=exclusive
    @Greenlet(hub = "accounts", key = "#id", exclusive = true)
    @PostMapping("/exclusive/{id}/withdraw")
    public boolean withdrawInTurn(@PathVariable("id") long id, @RequestParam("amount") int amount)
        throws InterruptedException {
      int balance = balances.getOrDefault(id, 100);
      if (balance < amount || !fraudCheck.allows(id, amount)) { // waits, and no other runs
        return false;
      }
      balances.put(id, balance - amount);
      return true;
    }
    // @end
  }

  /** What does not answer. */
  static class Supplier {
    List<String> quotes(long flight) throws InterruptedException {
      Greenlets.sleep(Duration.ofDays(flight));
      return List.of();
    }
  }

  @Component
  static class Audit {
    private final List<Long> recorded = new CopyOnWriteArrayList<>();

    boolean record(long flight) throws InterruptedException {
      Greenlets.sleep(Duration.ZERO); // would throw the exit
      return recorded.add(flight);
    }
  }

  @RestController
  static class Quotes {
    private final Supplier supplier = new Supplier();
    private final Audit audit;

    Quotes(Audit audit) {
      this.audit = audit;
    }

    // @start region=timeout
    @Greenlet(timeout = "${quotes.timeout:800ms}") // else greenlet.web.timeout, else none
    @GetMapping("/flights/{id}/quotes")
    public List<String> quotes(@PathVariable("id") long id) throws InterruptedException {
      return supplier.quotes(id);
    }

    // @end

    @Greenlet(timeout = "${quotes.timeout}")
    @GetMapping("/flights/{id}/audited-quotes")
    public List<String> auditedQuotes(@PathVariable("id") long id) throws InterruptedException {
      // @start region=shielded
      try {
        return supplier.quotes(id);
      } finally {
        Greenlets.shielded(() -> audit.record(id)); // without the shield: the exit again
      }
      // @end
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Limits {
    // @start region=limit
    @Bean
    AimdLimit limit() {
      return new AimdLimit(10, 200, Duration.ofMillis(500)); // at least, at most, mean latency
    }
    // @end
  }

  @Configuration(proxyBeanMethods = false)
  static class Connections {
    // @start region=connections
    @Bean
    HubConnectionsCustomizer withoutDelay() {
      return connections ->
          connections.setDefaultSocketConfig(SocketConfig.custom().setTcpNoDelay(true).build());
    }
    // @end
  }

  /** Settings of other libraries. */
  static class Libraries {
    private static final CircuitBreakerConfig BREAKER =
        // @start region=breaker
        CircuitBreakerConfig.custom().ignoreExceptions(CancellationException.class).build();
    // @end
    private static final RetryPolicy RETRY =
        // @start region=retry
        RetryPolicy.builder().excludes(CancellationException.class).build();

    // @end

    // @start region=retryable
    @Retryable(excludes = CancellationException.class)
    // @end
    void call() {}
  }

  @Configuration(proxyBeanMethods = false)
  @EnableWebSocket
  static class Sockets implements WebSocketConfigurer {
    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
      registry.addHandler(new Rooms(), "/rooms");
    }
  }

  // @start region=rooms
  @Greenlet(hub = "rooms", key = "#session.attributes['room']")
  static class Rooms extends TextWebSocketHandler {
    private final Map<Object, List<String>> said =
        new ConcurrentHashMap<>(); // of all rooms: many hubs

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) {
      Object room = session.getAttributes().get("room");
      said.computeIfAbsent(room, _ -> new ArrayList<>())
          .add(message.getPayload()); // of one: its hub
    }
  }
  // @end
}
