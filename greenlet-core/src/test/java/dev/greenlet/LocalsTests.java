package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.testing.EngineFixture;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@EachEngine
class LocalsTests extends EngineFixture {
  LocalsTests(TestEngine engine) {
    super(engine.builder());
  }

  private static boolean isCollected(WeakReference<?> reference) {
    System.gc();
    return reference.get() == null;
  }

  @Test
  @DisplayName("2.2/58 each greenlet has its own value; a child starts with the initial one")
  void eachHasItsOwn() throws Exception {
    GreenletLocal<List<String>> local = GreenletLocal.withInitial(ArrayList::new);
    local.get().add("thread");
    script(
        () -> {
          local.get().add("parent");
          GreenletTask<List<String>> child =
              Greenlets.spawn(
                  () -> {
                    local.get().add("child");
                    return local.get();
                  });
          assertThat(child.get()).containsExactly("child");
          assertThat(local.get()).containsExactly("parent");
          local.remove();
          assertThat(local.get()).isEmpty();
        });
    assertThat(local.get()).containsExactly("thread");
    local.remove();
    assertThat(local.get()).isEmpty();
  }

  @Test
  @DisplayName("2.2/58 a value may be null, and is not made anew then")
  void nullValues() throws Exception {
    GreenletLocal<@Nullable String> local = GreenletLocal.withInitial(() -> "initial");
    script(
        () -> {
          local.set(null);
          assertThat(local.get()).isNull();
        });
  }

  @Test
  @DisplayName("2.2/58 a value goes with its greenlet, also when that is still referenced")
  void valueGoesWithItsGreenlet() throws Exception {
    GreenletLocal<@Nullable Object> local = GreenletLocal.withInitial(() -> null);
    AtomicReference<WeakReference<Object>> value = new AtomicReference<>();
    GreenletTask<?> task =
        go(
            () -> {
              Object made = new Object();
              value.set(new WeakReference<>(made));
              local.set(made);
              return null;
            });
    task.join();
    await().until(() -> isCollected(value.get()));
    assertThat(local.peek(task)).isNull();
  }

  @Test
  @DisplayName("2.2/58 a value goes with its local, also while the greenlet runs")
  void valueGoesWithItsLocal() throws Exception {
    AtomicReference<WeakReference<Object>> value = new AtomicReference<>();
    GreenletTask<?> task =
        go(
            () -> {
              value.set(new WeakReference<>(setUnreachable()));
              Greenlets.sleep(java.time.Duration.ofDays(1));
              return null;
            });
    awaitParked(task);
    GreenletLocal<Integer> asked = GreenletLocal.withInitial(() -> 1);
    await()
        .until(
            () -> {
              asked.peek(task); // what is gone is swept when somebody comes by
              return isCollected(value.get());
            });
  }

  @Test
  void aValueThatRefersToItsLocalGoesWithItToo() throws Exception {
    AtomicReference<WeakReference<Object>> own = new AtomicReference<>();
    AtomicReference<WeakReference<Object>> ofTree = new AtomicReference<>();
    GreenletTask<?> task =
        go(
            () -> {
              own.set(new WeakReference<>(setToItself()));
              ofTree.set(new WeakReference<>(setTreeToItself()));
              Greenlets.sleep(java.time.Duration.ofDays(1));
              return null;
            });
    awaitParked(task);

    await().until(() -> isCollected(own.get()));
    await().until(() -> isCollected(ofTree.get()));
  }

  @Test
  void theSameOnAThread() {
    WeakReference<Object> value = new WeakReference<>(setToItself());

    await().until(() -> isCollected(value));
  }

  @Test
  void theValueOfAThreadGoesWithTheThread() throws Exception {
    GreenletLocal<@Nullable Object> local = GreenletLocal.withInitial(() -> null);
    AtomicReference<WeakReference<Object>> value = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  Object made = new Object();
                  local.set(made);
                  value.set(new WeakReference<>(made));
                });
    thread.join();

    await().until(() -> isCollected(value.get()));
    assertThat(local.get()).isNull();
  }

  @Test
  void aValueThatRefersToItsGreenletGoesWithTheTree() throws Exception {
    TreeLocal<@Nullable Object> local = TreeLocal.withInitial(() -> null);
    GreenletLocal<@Nullable Object> own = GreenletLocal.withInitial(() -> null);
    AtomicReference<WeakReference<Object>> value = new AtomicReference<>();
    script(
        () ->
            Greenlets.spawn(
                    () -> {
                      Object made = new Object[] {Greenlets.current()};
                      value.set(new WeakReference<>(made));
                      local.set(made);
                      Greenlets.current().onEnd(() -> own.set(made)); // after its values have gone
                      return null;
                    })
                .join());

    await().until(() -> isCollected(value.get()));
  }

  private static Object setToItself() {
    GreenletLocal<@Nullable Object> local = GreenletLocal.withInitial(() -> null);
    Object made = new Object[] {local};
    local.set(made);
    return made;
  }

  private static Object setTreeToItself() {
    TreeLocal<@Nullable Object> local = TreeLocal.withInitial(() -> null);
    Object made = new Object[] {local};
    local.set(made);
    return made;
  }

  private static Object setUnreachable() {
    Object made = new Object();
    GreenletLocal.<@Nullable Object>withInitial(() -> null).set(made);
    return made;
  }

  @Test
  @DisplayName("2.2/58 the value of another greenlet can be looked at")
  void canBeLookedAt() throws Exception {
    GreenletLocal<String> local = GreenletLocal.withInitial(() -> "initial");
    GreenletTask<?> task =
        go(
            () -> {
              local.set("set");
              Greenlets.sleep(java.time.Duration.ofDays(1));
              return null;
            });
    awaitParked(task);
    assertThat(local.peek(task)).isEqualTo("set");
    GreenletTask<?> other =
        runtime.spawnAfter(java.time.Duration.ofDays(1), SpawnOptions.defaults(), () -> null);
    assertThat(local.peek(other)).isNull();
  }

  @Test
  @DisplayName("2.2/05 a tree shares one value; trees under no greenlet have separate ones")
  void treeLocals() throws Exception {
    TreeLocal<List<String>> local = TreeLocal.withInitial(ArrayList::new);
    for (int tree = 0; tree < 2; tree++) {
      script(
          () -> {
            Greenlets.spawn(
                    () -> {
                      local.get().add("child");
                      return Greenlets.spawn(() -> local.get().add("grandchild")).get();
                    })
                .get();
            local.get().add("root");
            assertThat(local.get()).containsExactly("child", "grandchild", "root");
            local.set(List.of("set"));
            assertThat(Greenlets.spawn(local::get).get()).containsExactly("set");
          });
    }
  }
}
