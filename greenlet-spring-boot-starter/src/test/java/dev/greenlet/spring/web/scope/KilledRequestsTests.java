package dev.greenlet.spring.web.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RequestExecutor;
import dev.greenlet.spring.web.RunningApplication;
import dev.greenlet.spring.web.async.AsyncRequestsConfigurer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

/** Kills of whole trees at random moments, while many requests of many kinds are handled. */
@EachServer
@Timeout(600)
class KilledRequestsTests {
  private static final List<String> PATHS =
      List.of(
          "/plain",
          "/sleep",
          "/exclusive/1",
          "/exclusive/2",
          "/parent",
          "/callable",
          "/deferred",
          "/fails",
          "/fails-later");
  private static final int AT_ONCE = 60;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Parameter private Host host = Host.TOMCAT_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application = host.start(List.of(Victims.class), "greenlet.hubs=2");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void killedRequestsAreAnsweredCompletelyOrWith503() {
    assertAllAnswered(150);
  }

  @Test
  @Tag("soak")
  void manyKilledRequestsAreAnsweredCompletelyOrWith503() {
    assertAllAnswered(2500);
  }

  private void assertAllAnswered(int killed) {
    Random random = new Random(7);
    Thread killing =
        Thread.ofPlatform().daemon().start(new Killer(application.bean(GreenletRuntime.class)));
    Map<Answered, Integer> counts = new EnumMap<>(Answered.class);
    Queue<CompletableFuture<HttpResponse<String>>> open = new ArrayDeque<>();
    try {
      while (!areEnough(counts, killed) || !open.isEmpty()) {
        while (!areEnough(counts, killed) && open.size() < AT_ONCE) {
          String path = PATHS.get(random.nextInt(PATHS.size()));
          open.add(application.postLater(path, "text/plain", ""));
        }
        counts.merge(Answered.as(open.remove()), 1, Integer::sum);
      }
    } finally {
      killing.interrupt();
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(application.greenlets()).isEmpty());
  }

  private static boolean areEnough(Map<Answered, Integer> counts, int killed) {
    return counts.getOrDefault(Answered.CANCELLED, 0) >= killed
        && counts.size() == Answered.values().length;
  }

  /** The response to a request. */
  private enum Answered {
    COMPLETELY,
    CANCELLED,
    FAILED_BY_ITSELF;

    static Answered as(CompletableFuture<HttpResponse<String>> answer) {
      HttpResponse<String> response;
      try {
        response = answer.join();
      } catch (CompletionException nothing) {
        throw new AssertionError("a request was not answered", nothing);
      }
      String type = response.headers().firstValue("Content-Type").orElse("none");
      return switch (response.statusCode()) {
        case 200 -> {
          assertThat(response.body()).isEqualTo("answered");
          yield COMPLETELY;
        }
        case 503 -> {
          assertThat(type).isEqualTo("application/problem+json");
          assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
          assertThat(response.body()).contains("urn:greenlet:problem:cancelled");
          yield CANCELLED;
        }
        default -> {
          assertThat(response.statusCode()).isEqualTo(500);
          assertThat(response.body()).as(type).contains("\"status\":500", "/fails");
          yield FAILED_BY_ITSELF;
        }
      };
    }
  }

  /** Kills one request at a time, in any state. */
  private static final class Killer implements Runnable {
    private final GreenletRuntime runtime;
    private final Random random = new Random(11);

    Killer(GreenletRuntime runtime) {
      this.runtime = runtime;
    }

    @Override
    public void run() {
      while (!Thread.currentThread().isInterrupted()) {
        List<? extends GreenletTask<?>> victims = requests(runtime.live());
        if (!victims.isEmpty()) {
          Greenlets.killTree(victims.get(random.nextInt(victims.size())), "test");
        }
        LockSupport.parkNanos(random.nextInt(1_500_000));
      }
    }

    private static List<? extends GreenletTask<?>> requests(
        Collection<? extends GreenletTask<?>> living) {
      return living.stream()
          .filter(
              each ->
                  each.kind().equals(RequestExecutor.KIND)
                      || each.kind().equals(AsyncRequestsConfigurer.KIND))
          .toList();
    }
  }

  @RestController
  @Greenlet
  static class Victims {
    @PostMapping("/plain")
    public String plain() {
      return "answered";
    }

    @PostMapping("/sleep")
    public String sleep() throws InterruptedException {
      Greenlets.sleep(Duration.ofMillis(5));
      return "answered";
    }

    @Greenlet(key = "#id", exclusive = true)
    @PostMapping("/exclusive/{id}")
    public String exclusive(@PathVariable("id") int id) throws InterruptedException {
      Greenlets.sleep(Duration.ofMillis(1));
      return "answered";
    }

    @PostMapping("/parent")
    public String parent() throws Exception {
      return Greenlets.spawn("child", this::sleep).get();
    }

    @PostMapping("/callable")
    public Callable<String> callable() {
      return this::sleep;
    }

    @PostMapping("/deferred")
    public DeferredResult<String> deferred() {
      DeferredResult<String> result = new DeferredResult<>();
      Greenlets.spawn("answering", () -> result.setResult(sleep()));
      return result;
    }

    @PostMapping("/fails")
    public String fail() throws InterruptedException {
      Greenlets.yieldNow();
      throw new IllegalStateException("failed on purpose");
    }

    @PostMapping("/fails-later")
    public Callable<String> failLater() {
      return this::fail;
    }
  }
}
