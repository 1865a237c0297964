package dev.greenlet.spring.shutdown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.SpawnOptions;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.task.GreenletTaskExecutor;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

/** Greenlets that are live at the stop. */
@EachServer
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class StopTests {
  @Parameter private Host host;

  @Test
  void aRequestThatTakesTooLongIsKilledWhileItCanStillAnswer(CapturedOutput output) {
    RunningApplication application =
        host.start(
            List.of(Sleeper.class),
            "greenlet.shutdown.drain=100ms",
            "spring.lifecycle.timeout-per-shutdown-phase=100ms");
    CompletableFuture<HttpResponse<String>> answer = application.send("/sleep");
    await().untilAsserted(() -> assertThat(application.greenlets()).hasSize(1));

    application.stopServer();

    assertThat(answer.join().statusCode()).isBetween(500, 599);
    assertThat(output).contains("1 requests had not ended within PT0.1S and are killed.");
    application.close();
  }

  @Test
  void anAsynchronousRequestThatTakesTooLongIsTooAndIsAnswered(CapturedOutput output) {
    RunningApplication application =
        host.start(
            List.of(Sleeper.class),
            "greenlet.shutdown.drain=100ms",
            "spring.lifecycle.timeout-per-shutdown-phase=100ms");
    CompletableFuture<HttpResponse<String>> answer = application.send("/never");
    await()
        .untilAsserted(
            () ->
                assertThat(application.greenlets())
                    .singleElement()
                    .satisfies(
                        asyncRequestTask ->
                            assertThat(asyncRequestTask.at("/waitingOn/kind").asString())
                                .isEqualTo("answer")));

    application.stopServer();

    assertThat(answer.join().statusCode()).isEqualTo(503);
    assertThat(output).contains("1 requests had not ended within PT0.1S and are killed.");
    application.close();
  }

  @Test
  void aTaskThatDoesNotEndWhenKilledIsLoggedWithItsWait(CapturedOutput output) {
    CountDownLatch release = new CountDownLatch(1);
    RunningApplication application =
        host.start(List.of(), "greenlet.shutdown.grace=100ms", "greenlet.hubs=1");
    GreenletRuntime runtime = application.bean(GreenletRuntime.class);
    Hub hub = runtime.hubs().getFirst();
    GreenletTask<?> stubborn =
        runtime.spawn(
            SpawnOptions.named("stubborn").on(hub),
            () ->
                SwitchPoint.call(
                    new WaitReason("latch", "that never opens"),
                    () -> {
                      release.await();
                      return true;
                    }));
    GreenletTask<?> sleeper =
        runtime.spawn(
            SpawnOptions.named("sleeper").on(hub),
            () -> {
              Greenlets.sleep(Duration.ofHours(1));
              return true;
            });
    await().untilAsserted(() -> assertThat(sleeper.waitingOn()).isNotNull());

    application.close();

    assertThat(output)
        .contains("Killing 2 live greenlets")
        .containsOnlyOnce("has not ended within")
        .containsPattern(
            "Greenlet #\\d+ 'stubborn' \\[task] has not ended within PT0.1S of being killed: parked"
                + " \\(latch that never opens\\) on greenlet-0, \\d+ ms old");
    release.countDown();
    await().until(stubborn::isDone);
    assertThat(hub.state()).isEqualTo(Hub.State.CLOSED);
  }

  @Test
  void theContainerDoesNotWaitLongerThanTheBudgetForARequestThatIgnoresItsKill(
      CapturedOutput output) {
    RunningApplication application =
        host.start(
            List.of(Sleeper.class),
            "greenlet.shutdown.drain=100ms",
            "greenlet.shutdown.grace=200ms",
            "spring.lifecycle.timeout-per-shutdown-phase=60s");
    CompletableFuture<HttpResponse<String>> answer = application.send("/stubborn");
    await().untilAsserted(() -> assertThat(application.greenlets()).hasSize(1));

    Sleeper sleeper = application.bean(Sleeper.class);

    application.stopServer();

    assertThat(output)
        .contains("1 requests had not ended within PT0.1S and are killed.")
        .doesNotContain("still running after timeout")
        .containsPattern("'GET /stubborn' \\[request] has not ended within PT0.1S of being killed");
    sleeper.release.countDown();
    assertThat(answer.handle((_, _) -> true).join()).isTrue();
    application.close();
  }

  @Test
  void tasksOfTheExecutorEndByThemselvesWithinTheDrain(CapturedOutput output) throws Exception {
    RunningApplication application = host.start(List.of(), "greenlet.shutdown.drain=60s");
    Future<String> task =
        application
            .bean(GreenletTaskExecutor.class)
            .submit(
                () -> {
                  Greenlets.sleep(Duration.ofSeconds(1));
                  return "done";
                });

    application.close();

    assertThat(task.get()).isEqualTo("done");
    assertThat(output)
        .contains("Waiting for 1 tasks of 'greenletTaskExecutor'")
        .doesNotContain("Killing");
  }

  @Test
  void theDrainHoldsForTasksWithoutAWebServerToo(CapturedOutput output) {
    ConfigurableApplicationContext context =
        new SpringApplicationBuilder(WithoutServer.class)
            .web(WebApplicationType.NONE)
            .properties(
                "greenlet.engine=" + host.engine(),
                "greenlet.shutdown.drain=100ms",
                "spring.datasource.url=" + TestPostgres.url())
            .run();
    Future<?> task =
        context
            .getBean(GreenletTaskExecutor.class)
            .submit(
                () -> {
                  Greenlets.sleep(Duration.ofDays(1));
                  return "never";
                });

    context.close();

    assertThat(task.isCancelled()).isTrue();
    assertThat(output).contains("had not ended within PT0.1S and is killed");
  }

  @Test
  void aStopWithNothingToDoSaysNothing(CapturedOutput output) {
    host.start(List.of()).close();

    assertThat(output.getOut())
        .doesNotContain("Killing")
        .doesNotContain("Waiting for 0")
        .doesNotContain("are killed");
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class WithoutServer {}

  @RestController
  @Greenlet
  static class Sleeper {
    final CountDownLatch release = new CountDownLatch(1);

    @GetMapping("/stubborn")
    public String ignoreKills() throws InterruptedException {
      SwitchPoint.call(
          new WaitReason("latch", "that opens after the stop"),
          () -> {
            release.await();
            return true;
          });
      return "released";
    }

    @GetMapping("/sleep")
    public String sleep() throws InterruptedException {
      Greenlets.sleep(Duration.ofHours(1));
      return "slept";
    }

    @GetMapping("/never")
    public DeferredResult<String> never() {
      return new DeferredResult<>();
    }
  }
}
