package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.greenlet.raw.RawGreenlet;
import dev.greenlet.testing.EngineFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@EachEngine
class SpawnListenersTests extends EngineFixture {
  SpawnListenersTests(TestEngine engine) {
    super(engine.builder());
  }

  @Test
  @DisplayName("2.2/06 a listener is told of each spawn, on every path, once, and before it runs")
  void toldOnEveryPath() throws Exception {
    List<String> told = new ArrayList<>();
    script(
        () -> {
          Registration registration =
              runtime.onSpawn(spawned -> told.add(spawned.name() + " " + spawned.greenletState()));
          GreenletTask<Boolean> now = Greenlets.spawn("now", () -> told.add("runs"));
          GreenletTask<?> later =
              runtime.spawnAfter(Duration.ofHours(1), SpawnOptions.named("later"), () -> 1);
          now.join();
          later.kill("not wanted");
          new RawGreenlet("raw", value -> value, null).switchTo();
          registration.close();
          Greenlets.spawn("unheard of", () -> 1).join();
        });

    assertThat(told).containsExactly("now NEW", "later NEW", "runs", "raw NEW");
  }

  @Test
  @DisplayName("2.2/06 a listener that is added twice is told once, and may be taken back")
  void addedTwice() {
    List<Object> told = new ArrayList<>();
    Consumer<Object> listener = told::add;
    Registration first = runtime.onSpawn(listener);
    Registration second = runtime.onSpawn(listener);

    GreenletTask<Integer> spawned = go(() -> 1);
    second.close();
    first.close();
    go(() -> 2);

    assertThat(told).containsExactly(spawned);
  }

  @Test
  @DisplayName("2.2/06 a listener that fails is reported, and neither others nor the spawn mind")
  void failing() throws Exception {
    IllegalStateException boom = new IllegalStateException("boom");
    List<Object> told = new ArrayList<>();
    runtime.onSpawn(
        spawned -> {
          throw boom;
        });
    runtime.onSpawn(told::add);

    GreenletTask<Integer> spawned = go(() -> 42);

    assertThat(spawned.get()).isEqualTo(42);
    assertThat(told).containsExactly(spawned);
    await().until(() -> !uncaught.isEmpty());
    assertThat(uncaught).containsExactly(boom);
  }

  @Test
  @DisplayName("2.2/06 a listener may kill what is spawned, which then never runs")
  void killing() throws Exception {
    List<String> ran = new ArrayList<>();
    Registration registration = runtime.onSpawn(spawned -> spawned.kill("unwelcome"));

    assertThat(go(() -> ran.add("ran")).join()).isInstanceOf(Outcome.Killed.class);
    registration.close();
    assertThat(go(() -> ran.add("ran")).get()).isTrue();

    assertThat(ran).containsExactly("ran");
  }

  @Test
  @DisplayName("2.2/06 no listener at all is refused")
  @SuppressWarnings("NullAway") // on purpose
  void nobody() {
    assertThatThrownBy(() -> runtime.onSpawn(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("'listener' must not be null");
  }
}
