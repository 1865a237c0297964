package dev.greenlet.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.TestEngine;
import dev.greenlet.testing.EngineFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@EachEngine
class GreenletScopeTests extends EngineFixture {
  GreenletScopeTests(TestEngine engine) {
    super(engine.builder());
  }

  private static String sleepLong() throws InterruptedException {
    Greenlets.sleep(Duration.ofDays(1));
    return "slept";
  }

  private static GreenletTask<String> failing(GreenletScope scope, String message) {
    return scope.spawn(
        () -> {
          throw new IllegalStateException(message);
        });
  }

  @Test
  @DisplayName("2.2/17 a joined scope lets its greenlets finish, and stays open for more")
  void joinedScope() throws Exception {
    script(
        () -> {
          try (GreenletScope scope = GreenletScope.failFast()) {
            GreenletTask<String> first = scope.spawn(() -> "first");
            scope.join();
            assertThat(first.isDone()).isTrue();
            GreenletTask<String> second = scope.spawn(() -> "second");
            scope.join();
            assertThat(first.get() + second.get()).isEqualTo("firstsecond");
          }
        });
  }

  @Test
  @DisplayName("2.2/17 leaving a scope kills what lives in it, and waits for it")
  void leavingKills() throws Exception {
    script(
        () -> {
          List<String> trail = new ArrayList<>();
          GreenletTask<?> child;
          GreenletTask<?> unstarted;
          try (GreenletScope scope = GreenletScope.failFast()) {
            child =
                scope.spawn(
                    () -> {
                      try {
                        return sleepLong();
                      } finally {
                        shielded(Greenlets::yieldNow);
                        trail.add("cleaned up");
                      }
                    });
            Greenlets.yieldNow();
            unstarted = scope.spawn(() -> trail.add("ran"));
          }
          assertThat(child.isCancelled()).isTrue();
          assertThat(unstarted.isCancelled()).isTrue();
          assertThat(trail).containsExactly("cleaned up");
        });
  }

  @Test
  @DisplayName("2.2/17 an error of the body kills the children and stays the error")
  void errorOfTheBody() throws Exception {
    script(
        () -> {
          List<GreenletTask<?>> children = new ArrayList<>();
          assertThatThrownBy(
                  () -> {
                    try (GreenletScope scope = GreenletScope.failFast()) {
                      children.add(scope.spawn(GreenletScopeTests::sleepLong));
                      Greenlets.yieldNow();
                      throw new IllegalStateException("of the body");
                    }
                  })
              .hasMessage("of the body");
          assertThat(children).allMatch(GreenletTask::isCancelled);
        });
  }

  @Test
  @DisplayName("2.2/17 fail-fast: the first failure kills the others and is thrown by join, once")
  void failFast() throws Exception {
    script(
        () -> {
          GreenletTask<?> sleeper;
          try (GreenletScope scope = GreenletScope.failFast()) {
            sleeper = scope.spawn(GreenletScopeTests::sleepLong);
            Greenlets.yieldNow();
            failing(scope, "boom");
            GreenletTask<?> unstarted = scope.spawn(() -> "never");
            assertThatThrownBy(scope::join)
                .isInstanceOf(ScopeFailedException.class)
                .hasMessageContaining("1 greenlets of the scope failed")
                .hasRootCauseMessage("boom");
            assertThat(unstarted.isCancelled()).isTrue();
            assertThatThrownBy(() -> scope.spawn(() -> "too late"))
                .isInstanceOf(ScopeClosedException.class)
                .hasRootCauseMessage("boom");
          }
          assertThat(sleeper.isCancelled()).isTrue();
        });
  }

  @Test
  @DisplayName(
      "2.2/17 collecting: all finish, the first failure is the cause, the others suppressed")
  void collecting() throws Exception {
    script(
        () -> {
          try (GreenletScope scope = GreenletScope.collecting()) {
            failing(scope, "first");
            failing(scope, "second");
            GreenletTask<String> good =
                scope.spawn(
                    () -> {
                      Greenlets.yieldNow();
                      return "good";
                    });
            assertThatThrownBy(scope::join)
                .isInstanceOf(ScopeFailedException.class)
                .satisfies(
                    failed -> {
                      assertThat(failed).hasRootCauseMessage("first");
                      assertThat(failed.getSuppressed()).hasSize(1);
                      assertThat(failed.getSuppressed()[0]).hasMessage("second");
                    });
            assertThat(good.get()).isEqualTo("good");
            assertThat(scope.failures()).hasSize(2);
          }
        });
  }

  @Test
  @DisplayName("2.2/17 a failure that join has not thrown is thrown by the end of the block")
  void failureAtTheEnd() throws Exception {
    script(
        () ->
            assertThatThrownBy(
                    () -> {
                      try (GreenletScope scope = GreenletScope.collecting()) {
                        failing(scope, "boom").join();
                      }
                    })
                .isInstanceOf(ScopeFailedException.class)
                .hasRootCauseMessage("boom"));
    runtime.close();
    assertThat(uncaught).isEmpty();
  }

  @Test
  @DisplayName("2.2/17 a kill of the owner kills the children, which have died when it dies")
  void killOfTheOwner() throws Exception {
    script(
        () -> {
          List<GreenletTask<?>> children = new ArrayList<>();
          GreenletTask<?> owner =
              Greenlets.spawn(
                  () -> {
                    try (GreenletScope scope = GreenletScope.failFast()) {
                      children.add(
                          scope.spawn(
                              () -> {
                                try {
                                  return sleepLong();
                                } finally {
                                  shielded(Greenlets::yieldNow);
                                }
                              }));
                      scope.join();
                    }
                    return null;
                  });
          Greenlets.idle();
          owner.kill("test");
          owner.join();
          assertThat(owner.isCancelled()).isTrue();
          assertThat(children).hasSize(1).allMatch(GreenletTask::isCancelled);
        });
  }

  @Test
  @DisplayName("2.2/16 children may spawn in their scope; join waits for those too")
  void childrenSpawn() throws Exception {
    script(
        () -> {
          List<String> trail = new ArrayList<>();
          try (GreenletScope scope = GreenletScope.failFast()) {
            scope.spawn(
                () -> {
                  scope.spawn(
                      () -> {
                        Greenlets.yieldNow();
                        return trail.add("grandchild");
                      });
                  return trail.add("child");
                });
            scope.join();
          }
          assertThat(trail).containsExactly("child", "grandchild");
        });
  }

  @Test
  @DisplayName("2.2/16 a thread that is no greenlet may have a scope")
  void scopeOfAThread() throws Exception {
    try (GreenletScope scope = GreenletScope.failFast(runtime)) {
      GreenletTask<String> task = scope.spawn(() -> "value");
      scope.join();
      assertThat(task.get()).isEqualTo("value");
    }
    try (GreenletScope scope = GreenletScope.collecting(runtime)) {
      scope.join();
    }
  }

  @Test
  @DisplayName("2.2/16 misuse is reported with subject and remedy")
  void badUses() throws Exception {
    GreenletScope closed = GreenletScope.failFast(runtime);
    closed.close();
    closed.close();
    assertThatThrownBy(() -> closed.spawn(() -> "late"))
        .isInstanceOf(ScopeClosedException.class)
        .hasMessage(
            "The scope is closed and accepts no greenlets: spawn before the end of its block");
    script(
        () -> {
          try (GreenletScope scope = GreenletScope.failFast()) {
            scope.spawn(
                () -> {
                  assertThatThrownBy(scope::join)
                      .isInstanceOf(IllegalStateException.class)
                      .hasMessageContaining("would wait for itself forever");
                  assertThatThrownBy(scope::close).isInstanceOf(IllegalStateException.class);
                  return null;
                });
            scope.join();
          }
        });
  }
}
