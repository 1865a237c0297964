package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.testing.EngineFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@EachEngine
class TaskGroupsTests extends EngineFixture {
  TaskGroupsTests(TestEngine engine) {
    super(engine.builder());
  }

  /** Ends after so many turns of the hub. */
  private static GreenletTask<String> after(int turns, String name) {
    return Greenlets.spawn(
        () -> {
          for (int i = 0; i < turns; i++) {
            Greenlets.yieldNow();
          }
          if (name.startsWith("bad")) {
            throw new IllegalStateException(name);
          }
          return name;
        });
  }

  @Test
  @DisplayName("2.2/26 getAll throws the failure that came first in time, not in the list")
  void earliestFailureWins() throws Exception {
    script(
        () -> {
          List<GreenletTask<String>> tasks = List.of(after(5, "bad slow"), after(1, "bad quick"));
          assertThatThrownBy(() -> Greenlets.getAll(tasks))
              .isInstanceOf(ExecutionException.class)
              .hasRootCauseMessage("bad quick");
          assertThat(tasks.getFirst().isDone()).isFalse();
          Greenlets.joinAll(tasks);
        });
  }

  @Test
  @DisplayName("2.2/27 joinAll gives all outcomes in order, also those of failures")
  void joinAllGivesAllOutcomes() throws Exception {
    script(
        () -> {
          List<GreenletTask<String>> tasks =
              List.of(after(3, "a"), after(1, "bad"), after(2, "c"), after(0, "killed"));
          tasks.getLast().kill("test");
          List<Outcome<String>> outcomes = Greenlets.joinAll(tasks);
          assertThat(outcomes.get(0)).isEqualTo(new Outcome.Returned<>("a"));
          assertThat(outcomes.get(1)).isInstanceOf(Outcome.Failed.class);
          assertThat(outcomes.get(2)).isEqualTo(new Outcome.Returned<>("c"));
          assertThat(outcomes.get(3)).isInstanceOf(Outcome.Killed.class);
          assertThat(Greenlets.getAll(List.of(tasks.get(2), tasks.get(0))))
              .containsExactly("c", "a");
          assertThat(Greenlets.joinAll(List.<GreenletTask<String>>of())).isEmpty();
        });
  }

  @Test
  @DisplayName("2.2/27 joinAll with a timeout gives null for who has not ended")
  void joinAllWithATimeout() throws Exception {
    script(
        () -> {
          GreenletTask<String> quick = after(0, "quick");
          GreenletTask<String> slow =
              Greenlets.spawn(
                  () -> {
                    Greenlets.sleep(Duration.ofMinutes(2));
                    return "slow";
                  });
          GreenletTask<List<@Nullable Outcome<String>>> joining =
              Greenlets.spawn(() -> Greenlets.joinAll(List.of(quick, slow), Duration.ofMinutes(1)));
          Greenlets.idle();
          time.advance(Duration.ofMinutes(1));
          assertThat(joining.get()).containsExactly(new Outcome.Returned<>("quick"), null);
          slow.kill("done");
        });
  }

  @Test
  @DisplayName("2.2/28 duplicates are allowed")
  void duplicatesAreAllowed() throws Exception {
    script(
        () -> {
          GreenletTask<String> task = after(2, "a");
          assertThat(Greenlets.joinAll(List.of(task, task))).hasSize(2);
          GreenletTask<String> next = after(2, "b");
          List<GreenletTask<String>> seen = new ArrayList<>();
          try (CompletedTasks<String> completed = Greenlets.asCompleted(List.of(next, next))) {
            completed.forEach(seen::add);
          }
          assertThat(seen).containsExactly(next);
        });
  }

  @Test
  @DisplayName("2.2/39 to wait for the first n is to take n; the others go on")
  void waitsForTheFirstFew() throws Exception {
    script(
        () -> {
          List<GreenletTask<Integer>> tasks = new ArrayList<>();
          for (int i = 0; i < 5; i++) {
            int turns = i;
            tasks.add(
                Greenlets.spawn(
                    () -> {
                      for (int turn = 0; turn < 2 * turns; turn++) {
                        Greenlets.yieldNow();
                      }
                      return turns;
                    }));
          }
          List<Integer> first = new ArrayList<>();
          try (CompletedTasks<Integer> done = Greenlets.asCompleted(tasks)) {
            while (first.size() < 2) {
              first.add(done.take().get());
            }
          }
          assertThat(first).containsExactly(0, 1);
          assertThat(tasks.getLast().isDone()).isFalse();
          assertThat(tasks.getLast().get()).isEqualTo(4);
        });
  }

  @Test
  @DisplayName(
      "2.2/29 as completed: in the order of the ends, and the consumer may switch meanwhile")
  void asCompletedInTheOrderOfTheEnds() throws Exception {
    script(
        () -> {
          List<String> seen = new ArrayList<>();
          List<GreenletTask<String>> tasks = List.of(after(9, "c"), after(1, "a"), after(5, "b"));
          try (CompletedTasks<String> completed = Greenlets.asCompleted(tasks)) {
            for (GreenletTask<String> task : completed) {
              seen.add(task.get());
              Greenlets.yieldNow();
              Greenlets.yieldNow();
            }
            assertThatThrownBy(completed::next).isInstanceOf(NoSuchElementException.class);
          }
          assertThat(seen).containsExactly("a", "b", "c");
        });
  }

  @Test
  @DisplayName("2.2/29 as completed, left early: nothing stays with those that go on")
  void asCompletedLeftEarly() throws Exception {
    script(
        () -> {
          List<GreenletTask<String>> tasks = List.of(after(1, "a"), after(5, "b"));
          CompletedTasks<String> completed = Greenlets.asCompleted(tasks);
          assertThat(completed.take().get()).isEqualTo("a");
          assertThat(completed.poll(Duration.ZERO)).isNull();
          completed.close();
          completed.close();
          assertThat(completed.hasNext()).isFalse();
          assertThatThrownBy(completed::take)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("closed, with 1 greenlet");
          assertThat(tasks.getLast().get()).isEqualTo("b");
        });
  }

  @Test
  @DisplayName("2.2/29 as completed, interrupted: the iterator throws and the interrupt stays set")
  void asCompletedInterrupted() throws Exception {
    script(
        () -> {
          GreenletTask<String> slow = after(100, "slow");
          try (CompletedTasks<String> completed = Greenlets.asCompleted(List.of(slow))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(completed::next).isInstanceOf(CancellationException.class);
            assertThat(Thread.interrupted()).isTrue();
          }
          slow.join();
        });
  }

  @Test
  @DisplayName("2.2/39 joinAny returns the first to end, also from a thread that is no greenlet")
  void joinAnyReturnsTheFirst() throws Exception {
    script(
        () -> {
          GreenletTask<String> quick = after(1, "quick");
          GreenletTask<String> slow = after(20, "slow");
          assertThat(Greenlets.joinAny(List.of(slow, quick))).isSameAs(quick);
          assertThat(Greenlets.joinAny(List.of(quick, slow))).isSameAs(quick);
          slow.join();
        });
    GreenletTask<String> task = go(() -> "value");
    assertThat(Greenlets.joinAny(List.of(task)).get()).isEqualTo("value");
    assertThat(Greenlets.getAll(List.of(task))).containsExactly("value");
  }

  @Test
  void nothingWaitsForItself() throws Exception {
    script(
        () -> {
          List<GreenletTask<?>> self = List.of(Greenlets.current());
          assertRefused(() -> Greenlets.joinAll(self));
          assertRefused(() -> Greenlets.joinAll(self, Duration.ofDays(1)));
          assertRefused(() -> Greenlets.getAll(self));
          assertRefused(() -> Greenlets.joinAny(self));
          try (CompletedTasks<?> completed = Greenlets.asCompleted(self)) {
            assertRefused(completed::take);
            assertRefused(() -> completed.poll(Duration.ofDays(1)));
          }
        });
  }

  private static void assertRefused(ThrowingCallable wait) {
    assertThatThrownBy(wait)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("'script' would wait for its own end: leave it out");
  }

  @Test
  void theLastOfACircleIsRefusedHoweverItWaits() throws Exception {
    for (Wait first : Wait.values()) {
      for (Wait second : Wait.values()) {
        script(
            () -> {
              GreenletTask<?> self = Greenlets.current();
              GreenletTask<Boolean> other =
                  Greenlets.spawn(
                      "other",
                      () -> {
                        second.on(List.of(self));
                        return true;
                      });
              Greenlets.yieldNow();

              assertThatThrownBy(() -> first.on(List.of(other)))
                  .as("%s, %s", first, second)
                  .isInstanceOf(DeadlockException.class)
                  .hasMessageContaining("None of these 2 can continue")
                  .hasMessageContaining("'script'")
                  .hasMessageContaining("'other'");
              other.kill("enough");
            });
      }
    }
  }

  @Test
  void allOfSeveralAreWaitedForInVainIfOneWaitsForTheCaller() throws Exception {
    script(
        () -> {
          GreenletTask<?> self = Greenlets.current();
          GreenletTask<?> other = Greenlets.spawn("other", self::join);
          GreenletTask<?> free = after(100, "free");
          Greenlets.yieldNow();

          assertThatThrownBy(() -> Greenlets.joinAll(List.of(free, other)))
              .isInstanceOf(DeadlockException.class);
          other.kill("enough");
        });
  }

  @Test
  void oneOfSeveralIsWaitedForWhileAnyOfThemGoesOn() throws Exception {
    script(
        () -> {
          GreenletTask<?> self = Greenlets.current();
          GreenletTask<?> other = Greenlets.spawn("other", self::join);
          GreenletTask<?> free = after(10, "free");
          Greenlets.yieldNow();

          try (CompletedTasks<?> completed = Greenlets.asCompleted(List.of(other, free))) {
            assertThat((Object) completed.take()).isSameAs(free);
            assertThatThrownBy(completed::take).isInstanceOf(DeadlockException.class);
          }
          other.kill("enough");
        });
  }

  @Test
  void greenletsOfDifferentResultsAreWaitedForTogether() throws Exception {
    script(
        () -> {
          List<GreenletTask<?>> tasks =
              List.of(Greenlets.spawn(() -> "text"), Greenlets.spawn(() -> 7));

          List<Outcome<Object>> outcomes = Greenlets.joinAll(tasks);

          assertThat(outcomes)
              .containsExactly(new Outcome.Returned<>("text"), new Outcome.Returned<>(7));
          assertThat(Greenlets.<Object>getAll(tasks)).containsExactly("text", 7);
          assertThat(Greenlets.<Object>joinAny(tasks).get()).isEqualTo("text");
        });
  }

  /** The ways to wait for several greenlets. */
  private enum Wait {
    JOIN {
      @Override
      void on(List<GreenletTask<?>> tasks) throws Exception {
        tasks.getFirst().join();
      }
    },
    JOIN_ALL {
      @Override
      void on(List<GreenletTask<?>> tasks) throws Exception {
        Greenlets.joinAll(tasks);
      }
    },
    GET_ALL {
      @Override
      void on(List<GreenletTask<?>> tasks) throws Exception {
        Greenlets.getAll(tasks);
      }
    },
    JOIN_ANY {
      @Override
      void on(List<GreenletTask<?>> tasks) throws Exception {
        Greenlets.joinAny(tasks);
      }
    },
    AS_COMPLETED {
      @Override
      void on(List<GreenletTask<?>> tasks) throws Exception {
        try (CompletedTasks<?> completed = Greenlets.asCompleted(tasks)) {
          completed.take();
        }
      }
    };

    abstract void on(List<GreenletTask<?>> tasks) throws Exception;
  }
}
