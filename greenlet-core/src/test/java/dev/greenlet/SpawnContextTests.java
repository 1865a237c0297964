package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@EachEngine
@Timeout(60)
class SpawnContextTests {
  private static final ThreadLocal<String> CONTEXT = ThreadLocal.withInitial(() -> "none");

  private final TestEngine engine;

  SpawnContextTests(TestEngine engine) {
    this.engine = engine;
  }

  @Test
  void aChildSeesWhatItsSpawnerHadWhenItSpawned() throws Exception {
    SpawnContext copy =
        () -> {
          String captured = CONTEXT.get();
          return () -> {
            CONTEXT.set(captured);
            return CONTEXT::remove;
          };
        };
    try (GreenletRuntime runtime = engine.builder().spawnContext(copy).build()) {
      GreenletTask<String> parent =
          runtime.spawn(
              SpawnOptions.named("parent"),
              () -> {
                CONTEXT.set("mine");
                GreenletTask<String> child = Greenlets.spawn(CONTEXT::get);
                CONTEXT.set("changed");
                return child.get();
              });

      assertThat(parent.get()).isEqualTo("mine");
    }
  }
}
