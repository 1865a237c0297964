package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.spring.Greenlet;
import dev.greenlet.sync.GreenletEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Compiles, runs and asserts the examples of docs/requests.md; each stands there as it does here.
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
            List.of(Accounts.class, AskingAccounts.class, FraudCheck.class), "greenlet.hubs=2");
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
  void aLookAfterTheWaitPreventsIt() throws Exception {
    assertThat(withdrawAtOnce(2, "/checked/3/withdraw?amount=100", () -> awaitAsking(2)))
        .isEqualTo(1);
  }

  @Test
  void turnsPreventIt() throws Exception {
    assertThat(withdrawAtOnce(2, "/exclusive/4/withdraw?amount=100", this::awaitOneInLine))
        .isEqualTo(1);
  }

  @Test
  void eachExampleStandsInThePageAsItRunsHere() throws Exception {
    Path base = Path.of("").toAbsolutePath();
    String name = "greenlet-spring-boot-starter";
    Path module = base.endsWith(name) ? base : base.resolve(name);
    String page = Files.readString(module.resolveSibling("docs").resolve("requests.md"));
    String here =
        Files.readString(
            module.resolve("src/test/java/" + getClass().getName().replace('.', '/') + ".java"));
    List<String> run = blocks(here, "// @start region=[a-z-]+\n(.*?)// @end");

    assertThat(run).hasSize(4);
    assertThat(blocks(page, "```java\n(.*?)```")).containsAll(run);
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

  private void awaitOneInLine() {
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

  /** Somebody else, whom it takes time to ask. */
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
      balances.put(id, balance - amount); // … and act: nobody of this key was here in between
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
      if (balance < amount || !fraudCheck.allows(id, amount)) { // waits, and nobody of the key runs
        return false;
      }
      balances.put(id, balance - amount);
      return true;
    }
    // @end
  }
}
