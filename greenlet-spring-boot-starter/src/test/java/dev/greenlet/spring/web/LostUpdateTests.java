package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.spring.Greenlet;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Without a lock no update is lost on a hub; without the annotation updates are lost. */
@EachServer
class LostUpdateTests {
  private static final int REQUESTS = 2_000;

  @Parameter private Host host;
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application = host.start(List.of(OnAHub.class, OnTheSharedLane.class), "greenlet.hubs=2");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void unsynchronisedIncrementsInAGreenletControllerLoseNoUpdate() {
    send("/hub/increment");

    assertThat(application.get("/hub/value").body()).isEqualTo("" + REQUESTS);
  }

  @Test
  void theSameCodeOnTheSharedLaneLosesUpdates() {
    send("/shared/increment");

    assertThat(Integer.parseInt(application.get("/shared/value").body())).isLessThan(REQUESTS);
  }

  private void send(String path) {
    List<CompletableFuture<HttpResponse<String>>> answers = application.sendAtOnce(REQUESTS, path);

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
  }

  @RestController
  @Greenlet
  static class OnAHub {
    private final Counter counter = new Counter();

    @GetMapping("/hub/increment")
    public int increment() {
      return counter.increment();
    }

    @GetMapping("/hub/value")
    public int value() {
      return counter.value;
    }
  }

  @RestController
  static class OnTheSharedLane {
    private final Counter counter = new Counter();

    @GetMapping("/shared/increment")
    public int increment() {
      return counter.increment();
    }

    @GetMapping("/shared/value")
    public int value() {
      return counter.value;
    }
  }

  /** Reads, gives concurrent requests a moment to read the same value, and writes. */
  private static final class Counter {
    private static final int PATIENCE = 5_000;

    private final AtomicInteger inside = new AtomicInteger();
    private int value;

    int increment() {
      inside.incrementAndGet();
      int read = value;
      for (int i = 0; i < PATIENCE && inside.get() < 2; i++) {
        Thread.onSpinWait();
      }
      value = read + 1;
      inside.decrementAndGet();
      return value;
    }
  }
}
