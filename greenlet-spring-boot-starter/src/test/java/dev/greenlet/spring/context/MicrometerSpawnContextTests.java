package dev.greenlet.spring.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.SpawnContext;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.integration.Slf4jThreadLocalAccessor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.MDC;

@Timeout(60)
class MicrometerSpawnContextTests {
  private final ThreadLocal<String> user = new ThreadLocal<>();
  private final SpawnContext context =
      MicrometerSpawnContext.of(
          ContextSnapshotFactory.builder()
              .contextRegistry(
                  new ContextRegistry()
                      .registerThreadLocalAccessor("user", user)
                      .registerThreadLocalAccessor(new Slf4jThreadLocalAccessor("trace")))
              .build());

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aChildSeesWhatItsSpawnerHadWhenItSpawned(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime =
        GreenletRuntime.builder().engine(engine).hubs(1).spawnContext(context).build()) {
      GreenletTask<List<@Nullable String>> task =
          runtime.spawn(
              SpawnOptions.defaults().on(runtime.hubs().getFirst()),
              () -> {
                user.set("ada");
                MDC.put("trace", "7");
                GreenletTask<GreenletTask<List<@Nullable String>>> child =
                    Greenlets.spawn(() -> Greenlets.spawn(this::seen));
                user.set("bob");
                GreenletTask<List<@Nullable String>> second =
                    Greenlets.spawn(
                        () -> {
                          user.set("its own");
                          return seen();
                        });
                List<@Nullable String> grandchild = child.get().get();
                return Arrays.asList(
                    grandchild.get(0), grandchild.get(1), second.get().get(0), user.get());
              });

      assertThat(task.get()).containsExactly("ada", "7", "its own", "bob");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aRootSeesWhatTheThreadHadThatSpawnedIt(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime =
        GreenletRuntime.builder().engine(engine).hubs(1).spawnContext(context).build()) {
      user.set("ada");
      GreenletTask<List<@Nullable String>> with =
          runtime.spawn(SpawnOptions.defaults(), this::seen);
      user.remove();
      GreenletTask<List<@Nullable String>> without =
          runtime.spawn(SpawnOptions.defaults(), this::seen);

      assertThat(with.get()).containsExactly("ada", null);
      assertThat(without.get()).containsExactly(null, null);
    }
  }

  @Test
  void whatWasThereBeforeIsSetBack() {
    user.set("captured");
    SpawnContext.Captured captured = context.capture();
    user.set("before");
    Runnable setBack = captured.restore();
    assertThat(user.get()).isEqualTo("captured");
    setBack.run();

    assertThat(user.get()).isEqualTo("before");
  }

  private List<@Nullable String> seen() {
    return Arrays.asList(user.get(), MDC.get("trace"));
  }
}
