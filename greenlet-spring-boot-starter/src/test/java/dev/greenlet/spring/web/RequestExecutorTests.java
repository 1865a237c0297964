package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Registration;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.web.lane.LaneGuesses;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestExecutorTests {

  @ParameterizedTest
  @EnumSource(
      value = EngineChoice.class,
      names = {"NATIVE", "PORTABLE"})
  void aTaskIsRunByAnotherGreenletIfItsGreenletIsKilledBeforeItBegins(EngineChoice engine)
      throws InterruptedException {
    AtomicReference<@Nullable GreenletTask<?>> victim = new AtomicReference<>();
    CountDownLatch run = new CountDownLatch(1);
    ContainerTasks tasks = new ContainerTasks();
    try (GreenletRuntime runtime = GreenletRuntime.builder().engine(engine).build();
        Registration _ =
            runtime.onSpawn(
                spawned -> {
                  if (victim.compareAndSet(null, spawned)) {
                    spawned.kill("too early");
                  }
                })) {
      new RequestExecutor(runtime, LaneGuesses.of(runtime, true), tasks).execute(run::countDown);

      assertThat(run.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(Objects.requireNonNull(victim.get()).isCancelled()).isTrue();
    }
    await().until(() -> tasks.live() == 0); // the last task is counted until its greenlet has ended
  }
}
