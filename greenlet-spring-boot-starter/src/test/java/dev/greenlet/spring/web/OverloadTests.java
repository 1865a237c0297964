package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.Greenlets;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.web.ConstantRate.Answer;
import dev.greenlet.spring.web.admission.Admission;
import dev.greenlet.spring.web.admission.AdmissionSnapshot;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Four times as many requests as are admitted. */
@EachServer
@Timeout(300)
class OverloadTests {
  private static final int LIMIT = 16;
  private static final int LINE = 4;
  private static final Duration WORK = Duration.ofMillis(400);
  private static final int CAPACITY = (int) (LIMIT * 1000 / WORK.toMillis()); // requests a second

  @Parameter private Host host;
  private RunningApplication application;

  private Work work;
  private Admission admission;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(Work.class),
            "greenlet.web.max-live=" + LIMIT,
            "greenlet.web.queue-size=" + LINE,
            "greenlet.web.queue-timeout=50s");
    work = application.bean(Work.class);
    admission = application.bean(Admission.class);
  }

  @AfterParameterizedClassInvocation
  void stop() {
    work.open.release(10_000);
    application.close();
  }

  @Test
  void theLimitAndTheQueueAreFilledAndAllOtherRequestsAreRejected() {
    for (int round = 0; round < 5; round++) {
      List<CompletableFuture<HttpResponse<String>>> answers =
          application.sendAtOnce(4 * (LIMIT + LINE), "/gate");
      await()
          .untilAsserted(
              () ->
                  assertThat(answers)
                      .filteredOn(CompletableFuture::isDone)
                      .hasSize(3 * (LIMIT + LINE)));
      AdmissionSnapshot full = admission.snapshot();
      assertThat(full.live()).isEqualTo(LIMIT);
      assertThat(full.waiting()).isEqualTo(LINE);

      work.open.release(LIMIT + LINE);

      assertThat(answers.stream().map(answer -> answer.join().statusCode()))
          .filteredOn(status -> status != 503)
          .hasSize(LIMIT + LINE)
          .containsOnly(200);
    }
    await().untilAsserted(() -> assertThat(admission.snapshot().live()).isZero());
    assertThat(work.most).hasValue(LIMIT);
  }

  @Test
  @Tag("soak")
  void admittedRequestsAreServedAsFastAsWithoutOverload() {
    try (ConstantRate client = new ConstantRate(application.port(), "/work")) {
      client.send(4 * CAPACITY, Duration.ofSeconds(5)); // classes are loaded, code is compiled
      Duration unloaded = ConstantRate.p99(client.send(CAPACITY / 4, Duration.ofSeconds(10)));

      List<Answer> answers = client.send(4 * CAPACITY, Duration.ofSeconds(20));

      Map<Integer, List<Answer>> byStatus =
          answers.stream().collect(Collectors.groupingBy(Answer::status));
      assertThat(byStatus).containsOnlyKeys(200, 503);
      List<Answer> served = byStatus.getOrDefault(200, List.of());
      System.out.printf(
          "%d served, p99 %d ms (unloaded %d ms); %d refused, p99 %d ms%n",
          served.size(),
          ConstantRate.p99(served).toMillis(),
          unloaded.toMillis(),
          answers.size() - served.size(),
          ConstantRate.p99(byStatus.getOrDefault(503, List.of())).toMillis());
      assertThat(ConstantRate.p99(served)).isLessThanOrEqualTo(unloaded.multipliedBy(2));
      assertThat(work.most.get()).isLessThanOrEqualTo(LIMIT);
      assertThat(served.size()).isGreaterThan(answers.size() / 8); // half of the capacity
    }
  }

  @RestController
  static class Work {
    private final Semaphore open = new Semaphore(0);
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @GetMapping("/gate")
    public boolean gate() throws InterruptedException {
      enter();
      try {
        return SwitchPoint.call(
            new WaitReason("gate", ""),
            () -> {
              open.acquire();
              return true;
            });
      } finally {
        inside.decrementAndGet();
      }
    }

    @GetMapping("/work")
    public boolean work() throws InterruptedException {
      enter();
      try {
        Greenlets.sleep(WORK);
        return true;
      } finally {
        inside.decrementAndGet();
      }
    }

    private void enter() {
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
    }
  }
}
