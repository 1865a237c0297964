package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.spring.Greenlet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Eight controllers check and act on the state of two hundred keys without a lock. No update is
 * lost, as the requests of one key share a hub across controllers. The same code without keys loses
 * updates.
 */
@EachServer
@Timeout(300)
class RaceFreedomTests {
  private static final int CONNECTIONS = 24;
  private static final int KEYS = 200;
  private static final int BUSY_KEYS = 4; // get half of the requests, so that they collide

  @Parameter private Host host;
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(
                Shop1.class,
                Shop2.class,
                Shop3.class,
                Shop4.class,
                Shop5.class,
                Shop6.class,
                Shop7.class,
                Shop8.class,
                Careless.class),
            "greenlet.hubs=4",
            "server.tomcat.max-keep-alive-requests=-1");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @AfterEach
  void empty() {
    Stock.forget();
  }

  @Test
  void noUpdateIsLost() throws Exception {
    assertThat(lostUpdates(6_000, 8, KEYS)).isZero();
  }

  @Test
  @Tag("soak")
  void noUpdateOfFiftyThousandIsLost() throws Exception {
    assertThat(lostUpdates(50_000, 8, KEYS)).isZero();
  }

  @Test
  void theSameCodeWithoutKeysLosesUpdates() throws Exception {
    Stock.lookLong();

    assertThat(lostUpdates(6_000, 0, 1)).isPositive();
  }

  /** Sends a random mix, and returns the difference between the state and the responses. */
  private int lostUpdates(int requests, int shops, int keys) throws Exception {
    List<Callable<int[]>> clients = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      SplittableRandom random = new SplittableRandom(i);
      clients.add(() -> ask(requests / CONNECTIONS, random, shops, keys));
    }
    int[] expected = new int[keys];
    try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      for (Future<int[]> changes : threads.invokeAll(clients)) {
        int[] ofClient = changes.get();
        Arrays.setAll(expected, key -> expected[key] + ofClient[key]);
      }
    }
    assertThat(Arrays.stream(expected).sum()).isPositive();
    int lost = 0;
    for (int key = 0; key < keys; key++) {
      lost += Math.abs(expected[key] - Stock.of(key));
    }
    return lost;
  }

  /** The changes by key according to the responses to one client. */
  private int[] ask(int requests, SplittableRandom random, int shops, int keys) throws IOException {
    int[] changes = new int[keys];
    try (KeepAliveClient client = new KeepAliveClient(application.port())) {
      for (int i = 0; i < requests; i++) {
        int key = random.nextInt(random.nextBoolean() ? keys : Math.min(keys, BUSY_KEYS));
        String shop = shops == 0 ? "/careless" : "/shop" + (1 + random.nextInt(shops));
        String action = random.nextInt(5) < 3 ? "/add/" : "/take/";
        changes[key] += Integer.parseInt(client.get(shop + action + key, "X-Key: " + key));
      }
    }
    return changes;
  }

  /** Unsynchronised on purpose. Each key has its own cell, created before the first request. */
  private static final class Stock {
    private static final int MOMENT = 1_000;
    private static final int LONG_MOMENT = 5_000;

    @SuppressWarnings("ConstantField") // shared by all, as application state is
    private static final int[] pieces = new int[KEYS];

    private static volatile int moment = MOMENT;

    static int of(int key) {
      return pieces[key];
    }

    static void lookLong() {
      moment = LONG_MOMENT;
    }

    static void forget() {
      Arrays.fill(pieces, 0);
      moment = MOMENT;
    }

    static String add(int key) {
      int seen = look(key);
      pieces[key] = seen + 1;
      return "1";
    }

    static String take(int key) {
      int seen = look(key);
      if (seen == 0) {
        return "0";
      }
      pieces[key] = seen - 1;
      return "-1";
    }

    /** Gives concurrent requests a moment between check and act. */
    private static int look(int key) {
      int seen = pieces[key];
      for (int i = 0; i < moment; i++) {
        Thread.onSpinWait();
      }
      return seen;
    }
  }

  @Greenlet(hub = "stock", key = "#key")
  abstract static class ByPath {
    @GetMapping("/add/{key}")
    public String add(@PathVariable int key) {
      return Stock.add(key);
    }

    @GetMapping("/take/{key}")
    public String take(@PathVariable int key) {
      return Stock.take(key);
    }
  }

  @Greenlet(hub = "stock", key = "#headers['X-Key']")
  abstract static class ByHeader {
    @GetMapping("/add/{ignored}")
    public String add(@RequestHeader("X-Key") int key) {
      return Stock.add(key);
    }

    @Greenlet(hub = "stock", key = "#path['key']", exclusive = true)
    @GetMapping("/take/{key}")
    public String take(@RequestHeader("X-Key") int key) {
      return Stock.take(key);
    }
  }

  @RestController
  @RequestMapping("/shop1")
  static class Shop1 extends ByPath {}

  @RestController
  @RequestMapping("/shop2")
  static class Shop2 extends ByPath {}

  @RestController
  @RequestMapping("/shop3")
  static class Shop3 extends ByPath {}

  @RestController
  @RequestMapping("/shop4")
  static class Shop4 extends ByPath {}

  @RestController
  @RequestMapping("/shop5")
  static class Shop5 extends ByHeader {}

  @RestController
  @RequestMapping("/shop6")
  static class Shop6 extends ByHeader {}

  @RestController
  @RequestMapping("/shop7")
  static class Shop7 extends ByHeader {}

  @RestController
  @RequestMapping("/shop8")
  static class Shop8 extends ByHeader {}

  @RestController
  @RequestMapping("/careless")
  static class Careless {
    @GetMapping("/add/{key}")
    public String add(@PathVariable int key) {
      return Stock.add(key);
    }

    @GetMapping("/take/{key}")
    public String take(@PathVariable int key) {
      return Stock.take(key);
    }
  }
}
