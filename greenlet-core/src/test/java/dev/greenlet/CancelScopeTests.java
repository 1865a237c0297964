package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.testing.EngineFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Parts of a life that are killed on their own. */
@EachEngine
class CancelScopeTests extends EngineFixture {

  CancelScopeTests(TestEngine engine) {
    super(engine.builder());
  }

  @Test
  void aKillEndsThePartAndNotTheGreenlet() throws Exception {
    List<String> trail = new ArrayList<>();
    GreenletTask<String> task =
        go(
            () -> {
              try (CancelScope _ = CancelScope.begin()) {
                Greenlets.sleep(Duration.ofDays(1));
              } catch (GreenletExit exit) {
                trail.add("first killed");
              }
              try (CancelScope second = CancelScope.begin()) {
                Greenlets.yieldNow();
                trail.add("second " + second.exit());
              }
              return "ended";
            });
    awaitParked(task);
    task.kill("the first one");

    assertThat(task.join()).isEqualTo(new Outcome.Returned<>("ended"));
    assertThat(trail).containsExactly("first killed", "second null");
  }

  @Test
  void thePartKnowsOfAnExitThatWasSwallowed() throws Exception {
    GreenletTask<Boolean> task =
        go(
            () -> {
              try (CancelScope scope = CancelScope.begin()) {
                try {
                  Greenlets.sleep(Duration.ofDays(1));
                } catch (GreenletExit swallowed) {
                  // goes on
                }
                return scope.exit() != null;
              }
            });
    awaitParked(task);
    task.kill("enough");

    assertThat(task.get()).isTrue();
  }

  @Test
  void whoHasSwallowedItsExitKnowsOfIt() throws Exception {
    List<String> trail = new CopyOnWriteArrayList<>();
    GreenletTask<String> task =
        go(
            () -> {
              String before = "" + Greenlets.deliveredKill();
              try {
                Greenlets.sleep(Duration.ofDays(1));
              } catch (GreenletExit swallowed) {
                // goes on
              }
              GreenletExit exit = Greenlets.deliveredKill();
              trail.add(before + ", " + (exit == null ? "" : exit.getMessage()));
              return "";
            });
    awaitParked(task);
    task.kill("enough");
    task.join();

    assertThat(trail).singleElement().asString().startsWith("null, ").endsWith("enough");
  }

  @Test
  void aKillThatComesTooLateIsForgottenWithThePart() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch killed = new CountDownLatch(1);
    GreenletTask<String> task =
        go(
            () -> {
              try (CancelScope _ = CancelScope.begin()) {
                SwitchPoint.call(
                    new WaitReason("http", "GET"),
                    () -> {
                      waiting.countDown();
                      killed.await();
                      return "answered";
                    });
              }
              Greenlets.yieldNow();
              return "went on";
            });
    waiting.await();
    task.kill("too late");
    killed.countDown();

    assertThat(task.join()).isEqualTo(new Outcome.Returned<>("went on"));
  }

  @Test
  void afterTheLastPartTheGreenletIsKilledAsAnyOther() throws Exception {
    GreenletTask<String> task =
        go(
            () -> {
              try (CancelScope _ = CancelScope.begin()) {
                Greenlets.yieldNow();
              }
              Greenlets.sleep(Duration.ofDays(1));
              return "slept";
            });
    awaitParked(task);
    task.kill("enough");

    assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void theKillOfAClosingRuntimeIsNotForgotten() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    GreenletTask<String> task =
        go(
            () -> {
              try (CancelScope _ = CancelScope.begin()) {
                SwitchPoint.call(
                    new WaitReason("http", "GET"),
                    () -> {
                      waiting.countDown();
                      closing.await();
                      return "answered";
                    });
              }
              Greenlets.sleep(Duration.ofDays(1));
              return "slept";
            });
    waiting.await();
    Thread closer = Thread.ofPlatform().start(runtime::close);
    org.awaitility.Awaitility.await()
        .until(() -> ((DefaultGreenletTask<?>) task).cancellation().mayEndWait());
    closing.countDown();
    closer.join();

    assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void aKillIsThrownAgainInItsPartAndNotAfterIt() throws Exception {
    List<String> trail = new CopyOnWriteArrayList<>();
    GreenletTask<String> task =
        go(
            () -> {
              try (CancelScope _ = CancelScope.begin()) {
                for (int round = 0; round < 3; round++) {
                  try {
                    Greenlets.sleep(Duration.ofDays(1));
                  } catch (GreenletExit swallowed) {
                    trail.add("killed");
                  }
                }
              }
              Greenlets.yieldNow();
              return "went on";
            });
    awaitParked(task);
    task.kill("enough");

    assertThat(task.join()).isEqualTo(new Outcome.Returned<>("went on"));
    assertThat(trail).containsExactly("killed", "killed", "killed");
  }

  @Test
  void aPartInsideOfOneThatIsKilledIsKilledToo() throws Exception {
    List<String> trail = new CopyOnWriteArrayList<>();
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch killed = new CountDownLatch(1);
    GreenletTask<String> task =
        go(
            () -> {
              try (CancelScope outer = CancelScope.begin()) {
                SwitchPoint.call(
                    new WaitReason("http", "GET"),
                    () -> {
                      waiting.countDown();
                      killed.await();
                      return "answered";
                    });
                try (CancelScope inner = CancelScope.begin()) {
                  try {
                    Greenlets.yieldNow();
                  } finally {
                    trail.add("inner " + (inner.exit() != null));
                  }
                } catch (GreenletExit swallowed) {
                  trail.add("outer " + (outer.exit() != null));
                }
                try {
                  Greenlets.yieldNow();
                } catch (GreenletExit again) {
                  trail.add("outer again");
                }
              }
              Greenlets.yieldNow();
              return "went on";
            });
    waiting.await();
    task.kill("the outer one");
    killed.countDown();

    assertThat(task.join()).isEqualTo(new Outcome.Returned<>("went on"));
    assertThat(trail).containsExactly("inner true", "outer true", "outer again");
  }

  @Test
  void aKillOfAnInnerPartIsForgottenWithThat() throws Exception {
    List<String> trail = new CopyOnWriteArrayList<>();
    GreenletTask<String> task =
        go(
            () -> {
              try (CancelScope outer = CancelScope.begin()) {
                try (CancelScope _ = CancelScope.begin()) {
                  Greenlets.sleep(Duration.ofDays(1));
                } catch (GreenletExit swallowed) {
                  Greenlets.yieldNow();
                  trail.add("outer " + (outer.exit() != null));
                }
              }
              return "went on";
            });
    awaitParked(task);
    task.kill("the inner one");

    assertThat(task.join()).isEqualTo(new Outcome.Returned<>("went on"));
    assertThat(trail).containsExactly("outer false");
  }

  @Test
  void aDeadlineThatIsLeftOpenEndsWithItsPart() throws Exception {
    script(
        () -> {
          Deadline before = Deadline.open(Duration.ofDays(2));
          try (CancelScope _ = CancelScope.begin()) {
            Deadline.open(Duration.ofDays(1));
          }
          time.advance(Duration.ofDays(1));
          Greenlets.yieldNow();
          assertThat(Greenlets.current().deadline()).isSameAs(before);
          before.close();
        });
  }

  @Test
  void theFirstPartDoesNotForgetAKillOfItsGreenlet() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch killed = new CountDownLatch(1);
    GreenletTask<String> task =
        go(
            () -> {
              SwitchPoint.call(
                  new WaitReason("http", "GET"),
                  () -> {
                    waiting.countDown();
                    killed.await();
                    return "answered";
                  });
              try (CancelScope _ = CancelScope.begin()) {
                Greenlets.yieldNow();
              }
              return "went on";
            });
    waiting.await();
    task.kill("enough");
    killed.countDown();

    assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
  }
}
