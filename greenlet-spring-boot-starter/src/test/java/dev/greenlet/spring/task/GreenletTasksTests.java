package dev.greenlet.spring.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.spring.autoconfigure.GreenletAutoConfiguration;
import dev.greenlet.spring.autoconfigure.GreenletSchedulingAutoConfiguration;
import dev.greenlet.spring.autoconfigure.GreenletTaskExecutorAutoConfiguration;
import dev.greenlet.spring.autoconfigure.web.GreenletShutdownAutoConfiguration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** {@code @Async} and {@code @Scheduled}. */
@ParameterizedClass(name = "on the {0} engine")
@ValueSource(strings = {"native", "portable"})
@Timeout(60)
class GreenletTasksTests {
  private final ApplicationContextRunner runner;

  GreenletTasksTests(String engine) {
    runner =
        new ApplicationContextRunner()
            .withConfiguration(
                AutoConfigurations.of(
                    GreenletAutoConfiguration.class,
                    GreenletTaskExecutorAutoConfiguration.class,
                    GreenletSchedulingAutoConfiguration.class,
                    TaskExecutionAutoConfiguration.class,
                    TaskSchedulingAutoConfiguration.class))
            .withPropertyValues("greenlet.engine=" + engine);
  }

  @Test
  void anAsyncMethodThatNamesTheExecutorIsAGreenletOthersAreNot() {
    runner
        .withUserConfiguration(Background.class)
        .run(
            context -> {
              Background background = context.getBean(Background.class);

              assertThat(background.asGreenlet().get())
                  .isEqualTo("executor-task on greenlet-shared");
              assertThat(background.asEver().get()).isEqualTo("no greenlet");
              assertThat(context).hasBean("applicationTaskExecutor");
            });
  }

  @Test
  void calledByAGreenletItRunsOnItsLaneAndIsNotItsChild() {
    runner
        .withUserConfiguration(Background.class)
        .run(
            context -> {
              GreenletRuntime runtime = context.getBean(GreenletRuntime.class);
              Background background = context.getBean(Background.class);

              GreenletTask<String> caller =
                  runtime.spawn(
                      SpawnOptions.named("caller").on(runtime.hubs().getFirst()),
                      () -> background.asGreenlet().get());

              assertThat(caller.get()).isEqualTo("executor-task on greenlet-0");
            });
  }

  @Test
  void whatAGreenletSubmitsAndSchedulesOutlivesItsKill() {
    runner
        .withPropertyValues("greenlet.scheduling.enabled=true")
        .run(
            context -> {
              GreenletRuntime runtime = context.getBean(GreenletRuntime.class);
              AsyncTaskExecutor executor = executor(context.getBean("greenletTaskExecutor"));
              TaskScheduler scheduler = context.getBean(TaskScheduler.class);
              CompletableFuture<String> gate = new CompletableFuture<>();
              CompletableFuture<Future<String>> submitted = new CompletableFuture<>();
              CompletableFuture<String> ticked = new CompletableFuture<>();
              GreenletTask<?> caller =
                  runtime.spawn(
                      SpawnOptions.named("caller"),
                      () -> {
                        scheduler.schedule(() -> ticked.complete(valueOf(gate)), Instant.now());
                        submitted.complete(executor.submit(() -> valueOf(gate)));
                        sleepForHours();
                        return true;
                      });
              Future<String> task = submitted.join();

              Greenlets.killTree(caller, "test");
              assertThat(caller.join()).isInstanceOf(Outcome.Killed.class);
              gate.complete("done");

              assertThat(task.get()).isEqualTo("done");
              assertThat(ticked.join()).isEqualTo("done");
            });
  }

  @Test
  void toCancelAFutureIsToKillTheGreenlet() {
    runner.run(
        context -> {
          GreenletRuntime runtime = context.getBean(GreenletRuntime.class);
          Future<?> future =
              executor(context.getBean("greenletTaskExecutor"))
                  .submit(GreenletTasksTests::sleepForHours);

          assertThat(future.cancel(true)).isTrue();

          assertThat(runtime.awaitQuiescence(Duration.ofSeconds(30))).isTrue();
          assertThat(future.isCancelled()).isTrue();
        });
  }

  @Test
  void afterTheStopTasksAreRejected() {
    runner.run(
        context -> {
          AsyncTaskExecutor executor = executor(context.getBean("greenletTaskExecutor"));
          context.close();

          assertThatExceptionOfType(TaskRejectedException.class)
              .isThrownBy(() -> executor.execute(() -> {}));
        });
  }

  @Test
  void scheduledMethodsAreGreenletsOnlyWhenAskedFor() {
    runner
        .withUserConfiguration(Clockwork.class)
        .run(
            context ->
                await()
                    .untilAsserted(
                        () ->
                            assertThat(context.getBean(Clockwork.class).ticks)
                                .contains("no greenlet")));
    runner
        .withUserConfiguration(Clockwork.class)
        .withPropertyValues("greenlet.scheduling.enabled=true")
        .run(
            context ->
                await()
                    .untilAsserted(
                        () ->
                            assertThat(context.getBean(Clockwork.class).ticks)
                                .hasSizeGreaterThan(3)
                                .containsOnly("schedule on greenlet-shared")));
  }

  @Test
  void aScheduleThatFailsGoesOnAndOneThatIsCancelledEnds() {
    runner
        .withPropertyValues("greenlet.scheduling.enabled=true")
        .run(
            context -> {
              List<Integer> runs = new CopyOnWriteArrayList<>();
              ScheduledFuture<?> schedule =
                  context
                      .getBean(TaskScheduler.class)
                      .scheduleAtFixedRate(
                          () -> {
                            runs.add(1);
                            throw new IllegalStateException("failed on purpose");
                          },
                          Duration.ofMillis(1));
              await().untilAsserted(() -> assertThat(runs).hasSizeGreaterThan(3));

              schedule.cancel(false);

              GreenletRuntime runtime = context.getBean(GreenletRuntime.class);
              assertThat(runtime.awaitQuiescence(Duration.ofSeconds(30))).isTrue();
            });
  }

  @Test
  void theStopCancelsWhatWaitsCompletesWhatRunsAndRejectsWhatComes() {
    runner
        .withConfiguration(AutoConfigurations.of(GreenletShutdownAutoConfiguration.class))
        .withPropertyValues("greenlet.scheduling.enabled=true")
        .run(
            context -> {
              TaskScheduler scheduler = context.getBean(TaskScheduler.class);
              CountDownLatch running = new CountDownLatch(1);
              CountDownLatch stopping = new CountDownLatch(1);
              ScheduledFuture<?> waits =
                  scheduler.schedule(() -> {}, Instant.now().plus(Duration.ofHours(1)));
              ScheduledFuture<?> runs =
                  scheduler.scheduleWithFixedDelay(
                      () -> {
                        running.countDown();
                        awaitOpen(stopping);
                      },
                      Duration.ofHours(1));
              running.await();

              Thread stop = Thread.ofPlatform().start(context::close);

              await().untilAsserted(() -> assertThat(waits.isCancelled()).isTrue());
              assertThat(runs.isDone()).isFalse();
              assertThatExceptionOfType(TaskRejectedException.class)
                  .isThrownBy(() -> scheduler.schedule(() -> {}, Instant.now()))
                  .withMessageContaining("schedule it before the stop");
              stopping.countDown();
              stop.join();
              assertThat(runs.isDone()).isTrue();
            });
  }

  private static void awaitOpen(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static AsyncTaskExecutor executor(Object bean) {
    return (AsyncTaskExecutor) bean;
  }

  private static String valueOf(CompletableFuture<String> future) {
    try {
      return Greenlets.await(future);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void sleepForHours() {
    try {
      Greenlets.sleep(Duration.ofHours(1));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String describe() {
    GreenletTask<?> current = Greenlets.currentOrNull();
    if (current == null) {
      return "no greenlet";
    }
    GreenletTask<?> parent = current.parent();
    return current.kind()
        + " on "
        + current.lane().name()
        + (parent == null ? "" : ", child of " + parent.name());
  }

  @Configuration
  @EnableAsync(proxyTargetClass = true)
  static class Background {
    @Async("greenletTaskExecutor")
    public Future<String> asGreenlet() {
      return CompletableFuture.completedFuture(describe());
    }

    @Async
    public Future<String> asEver() {
      return CompletableFuture.completedFuture(describe());
    }
  }

  @Configuration
  @EnableScheduling
  static class Clockwork {
    private final List<String> ticks = new CopyOnWriteArrayList<>();

    @Scheduled(fixedDelay = 1)
    public void tick() {
      ticks.add(describe());
    }
  }
}
