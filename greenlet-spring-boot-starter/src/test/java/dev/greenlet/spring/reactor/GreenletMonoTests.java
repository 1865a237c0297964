package dev.greenlet.spring.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.RuntimeClosedException;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.reactive.Publishers;
import dev.greenlet.spring.context.MicrometerSpawnContext;
import dev.greenlet.sync.GreenletEvent;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

@ParameterizedClass(name = "on {0}")
@EnumSource(names = {"NATIVE", "PORTABLE"})
@Timeout(60)
class GreenletMonoTests {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String KEY = GreenletMonoTests.class.getName();
  private static final ThreadLocal<String> USER = new ThreadLocal<>();

  private final GreenletRuntime runtime;
  private final SpawnOptions onHub;
  private final GreenletEvent gate = new GreenletEvent("gate");

  GreenletMonoTests(EngineChoice engine) {
    ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, USER);
    runtime =
        GreenletRuntime.builder()
            .engine(engine)
            .hubs(1)
            .spawnContext(
                new ReactorSpawnContext(
                    MicrometerSpawnContext.of(
                        ContextSnapshotFactory.builder().clearMissing(true).build())))
            .build();
    onHub = SpawnOptions.named("blocking").on(runtime.hubs().getFirst());
  }

  @AfterEach
  void close() {
    runtime.close();
    ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
    USER.remove();
  }

  // --- a task as a Mono -------------------------------------------------------------------------

  @Test
  void eachSubscriptionSpawnsAGreenletAndEmitsItsResult() {
    AtomicInteger runs = new AtomicInteger();
    Mono<Integer> mono = GreenletMono.from(runtime, onHub, runs::incrementAndGet);
    assertThat(runs).hasValue(0);

    StepVerifier.create(mono).expectNext(1).expectComplete().verify(PATIENCE);
    StepVerifier.create(mono).expectNext(2).expectComplete().verify(PATIENCE);
  }

  @Test
  void aNullResultIsAnEmptyMonoAndAFailureAnError() {
    StepVerifier.create(GreenletMono.<String>from(runtime, onHub, () -> null))
        .expectComplete()
        .verify(PATIENCE);
    StepVerifier.create(
            GreenletMono.<String>from(
                runtime,
                onHub,
                () -> {
                  throw new IllegalStateException("failed");
                }))
        .expectErrorMessage("failed")
        .verify(PATIENCE);
  }

  @Test
  void cancellingTheSubscriptionKillsTheGreenlet() throws Exception {
    GreenletTask<Boolean> task = runtime.spawn(onHub, this::passGate);
    Disposable subscription = GreenletMono.of(task).subscribe();
    subscription.dispose();

    assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void aKilledGreenletIsACancelledMono() {
    GreenletTask<Boolean> task = runtime.spawn(onHub, this::passGate);
    StepVerifier.create(GreenletMono.of(task))
        .then(() -> task.kill("enough"))
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(CancellationException.class)
                    .hasMessageContaining("was killed: enough"))
        .verify(PATIENCE);
  }

  @Test
  void aClosedRuntimeFailsTheMono() {
    runtime.close();
    StepVerifier.create(GreenletMono.from(runtime, onHub, () -> 1))
        .expectError(RuntimeClosedException.class)
        .verify(PATIENCE);
  }

  private boolean passGate() throws InterruptedException {
    gate.await();
    return true;
  }

  // --- context, both ways -----------------------------------------------------------------------

  @Test
  void theGreenletHasTheThreadLocalsOfTheReactorContext() {
    StepVerifier.create(
            GreenletMono.<String>from(runtime, onHub, USER::get)
                .subscribeOn(Schedulers.parallel())
                .contextWrite(context -> context.put(KEY, "ada")))
        .expectNext("ada")
        .expectComplete()
        .verify(PATIENCE);
    assertThat(USER.get()).isNull();
  }

  @Test
  void theReactorContextOfAnAwaitedPublisherHasTheThreadLocalsOfTheGreenlet() throws Exception {
    GreenletTask<@Nullable String> task =
        runtime.spawn(
            onHub,
            () -> {
              USER.set("grace");
              return Publishers.await(
                  Mono.deferContextual(context -> Mono.just(context.<String>get(KEY)))
                      .subscribeOn(Schedulers.parallel()));
            });

    assertThat(task.get()).isEqualTo("grace");
  }

  @Test
  void afterAnAwaitTheGreenletHasItsThreadLocals() throws Exception {
    GreenletTask<@Nullable String> task =
        runtime.spawn(
            onHub,
            () -> {
              USER.set("grace");
              Publishers.await(
                  Mono.fromRunnable(() -> USER.set("other")).subscribeOn(Schedulers.single()));
              return USER.get();
            });

    assertThat(task.get()).isEqualTo("grace");
    Schedulers.single().schedule(USER::remove);
  }

  @Test
  void theWaitReasonNamesThePublisher() {
    GreenletTask<@Nullable String> task =
        runtime.spawn(onHub, () -> Publishers.await(Mono.<String>never()));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(task.waitingOn()).hasToString("reactor MonoNever"));
  }
}
