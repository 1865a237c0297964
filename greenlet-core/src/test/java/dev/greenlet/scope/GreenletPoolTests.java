package dev.greenlet.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.greenlet.DeadlockException;
import dev.greenlet.EachEngine;
import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.TestEngine;
import dev.greenlet.testing.EngineFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@EachEngine
class GreenletPoolTests extends EngineFixture {
  GreenletPoolTests(TestEngine engine) {
    super(engine.builder());
  }

  private static String sleepLong() throws InterruptedException {
    Greenlets.sleep(Duration.ofDays(1));
    return "slept";
  }

  private static String sleepAMinute() throws InterruptedException {
    Greenlets.sleep(Duration.ofMinutes(1));
    return "slept";
  }

  @Test
  @DisplayName("2.2/52 a full pool refuses at once, after a time, or lets wait")
  void fullPool() throws Exception {
    script(
        () -> {
          try (GreenletPool pool = GreenletPool.of(2)) {
            pool.submit(GreenletPoolTests::sleepAMinute);
            pool.submit(GreenletPoolTests::sleepAMinute);
            assertThat(pool.isFull()).isTrue();
            assertThat(pool.free()).isZero();
            assertThat(pool.<Object>trySubmit(() -> "refused")).isNull();
            GreenletTask<Boolean> impatient =
                Greenlets.spawn(
                    () -> pool.<Object>trySubmit(Duration.ofSeconds(1), () -> "refused") == null);
            GreenletTask<String> patient =
                Greenlets.spawn(() -> pool.<String>submit(() -> "let in").get());
            Greenlets.idle();
            assertThat(patient.waitingOn()).hasToString("admission a place in a pool of 2");
            time.advance(Duration.ofSeconds(1));
            assertThat(impatient.get()).isTrue();
            time.advance(Duration.ofMinutes(1));
            assertThat(patient.get()).isEqualTo("let in");
          }
        });
  }

  @Test
  @DisplayName("2.2/52 places are assigned first in, first out, also to later callers")
  void fifoAdmission() throws Exception {
    script(
        () -> {
          List<Integer> order = new ArrayList<>();
          try (GreenletPool pool = GreenletPool.of(1)) {
            GreenletTask<?> holder = pool.submit(GreenletPoolTests::sleepLong);
            List<GreenletTask<Object>> waiting = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
              int number = i;
              waiting.add(Greenlets.spawn(() -> pool.submit(() -> order.add(number))));
            }
            Greenlets.idle();
            waiting.get(2).kill("impatient");
            holder.kill("done");
            Greenlets.joinAll(waiting);
            pool.join();
          }
          assertThat(order).containsExactly(0, 1, 3, 4);
        });
  }

  @Test
  @DisplayName("2.2/52 one that is killed after it was given a place passes it to the next")
  void killedWithAPlaceInHand() throws Exception {
    script(
        () -> {
          try (GreenletPool pool = GreenletPool.of(1)) {
            GreenletTask<?> holder = pool.submit(GreenletPoolTests::sleepLong);
            GreenletTask<GreenletTask<String>> first =
                Greenlets.spawn(() -> pool.submit(() -> "first"));
            GreenletTask<GreenletTask<String>> second =
                Greenlets.spawn(() -> pool.submit(() -> "second"));
            Greenlets.idle();
            holder.onEnd(() -> first.kill("test"));
            holder.kill("test");
            assertThat(second.get().get()).isEqualTo("second");
            assertThat(first.isDone()).isTrue();
            pool.join();
            assertThat(pool.free()).isEqualTo(1);
          }
        });
  }

  @Test
  @DisplayName("2.2/52 killed before its first slice, a greenlet frees its place")
  void killedBeforeItBegan() throws Exception {
    script(
        () -> {
          try (GreenletPool pool = GreenletPool.of(1)) {
            pool.submit(() -> "never").kill("test");
            assertThat(pool.free()).isEqualTo(1);
            assertThat(pool.members()).isEmpty();
            assertThat(pool.join(Duration.ZERO)).isTrue();
          }
        });
  }

  @Test
  @DisplayName("2.2/53 a wait for a place from inside that could never end fails with a message")
  void nestedWaitIsRefused() throws Exception {
    script(
        () -> {
          try (GreenletPool pool = GreenletPool.of(1)) {
            Outcome<String> how =
                pool.<String>submit(() -> pool.<String>submit(() -> "inner").get()).join();
            assertThat(how)
                .isInstanceOfSatisfying(
                    Outcome.Failed.class,
                    failed ->
                        assertThat(failed.cause())
                            .isInstanceOf(NestedPoolWaitException.class)
                            .hasMessageContaining("a pool of 1 from inside of it")
                            .hasMessageContaining("make the pool larger"));
            assertThat(pool.<String>submit(() -> "usable").get()).isEqualTo("usable");
          }
        });
  }

  @Test
  @DisplayName("2.2/53 a nested wait is fine while a place may become free, and fails at depth")
  void nestedWaitAtDepth() throws Exception {
    script(
        () -> {
          try (GreenletPool pool = GreenletPool.of(2)) {
            GreenletTask<?> other = pool.submit(GreenletPoolTests::sleepAMinute);
            GreenletTask<String> nesting =
                pool.submit(() -> pool.<String>submit(() -> "inner").get());
            Greenlets.idle();
            assertThat(nesting.isDone()).isFalse();
            time.advance(Duration.ofMinutes(1));
            other.join();
            assertThat(nesting.get()).isEqualTo("inner");

            GreenletTask<String> deep =
                pool.submit(
                    () ->
                        pool.<String>submit(() -> pool.<String>submit(() -> "innermost").get())
                            .get());
            assertThat(deep.join())
                .isInstanceOfSatisfying(
                    Outcome.Failed.class,
                    failed ->
                        assertThat(failed.cause())
                            .hasRootCauseInstanceOf(NestedPoolWaitException.class));
          }
        });
  }

  @Test
  @DisplayName("2.2/53 a map inside of a full pool fails too")
  void nestedMapIsRefused() throws Exception {
    script(
        () -> {
          try (GreenletPool pool = GreenletPool.of(1)) {
            GreenletTask<List<Integer>> mapping =
                pool.submit(() -> pool.<Integer, Integer>map(List.of(1, 2), i -> i).toList());
            assertThat(mapping.join())
                .isInstanceOfSatisfying(
                    Outcome.Failed.class,
                    failed ->
                        assertThat(failed.cause())
                            .hasRootCauseInstanceOf(NestedPoolWaitException.class));
          }
        });
  }

  @Test
  @DisplayName("2.2/54 failing bodies, failing listeners and their reports cost no places")
  void failuresCostNoPlaces() throws Exception {
    script(
        () -> {
          try (GreenletPool pool = GreenletPool.of(2)) {
            for (int i = 0; i < 10; i++) {
              GreenletTask<?> failing =
                  pool.submit(
                      () -> {
                        throw new IllegalStateException("body");
                      });
              failing.onComplete(
                  ended -> {
                    throw new IllegalStateException("listener");
                  });
            }
            pool.join();
            assertThat(pool.free()).isEqualTo(2);
          }
        });
  }

  @Test
  @DisplayName("2.2/55 trySubmit without a timeout never waits")
  void trySubmitNeverWaits() throws Exception {
    script(
        () -> {
          try (GreenletPool pool = GreenletPool.of(1)) {
            Greenlets.withoutSwitching(
                () -> {
                  assertThat(pool.<String>trySubmit(() -> "let in")).isNotNull();
                  assertThat(pool.<String>trySubmit(() -> "refused")).isNull();
                  return true;
                });
          }
        });
  }

  @Test
  @DisplayName("2.2/56 map: large, small and empty inputs, in their order whatever the delays")
  void mapInOrder() throws Exception {
    script(
        () -> {
          Random random = new Random(42);
          try (GreenletPool pool = GreenletPool.of(3)) {
            for (int size : List.of(0, 1, 3, 1000)) {
              List<Integer> inputs = IntStream.range(0, size).boxed().toList();
              List<Integer> results =
                  pool.<Integer, Integer>map(
                          inputs,
                          i -> {
                            for (int turn = random.nextInt(5); turn > 0; turn--) {
                              Greenlets.yieldNow();
                            }
                            return i * i;
                          })
                      .toList();
              assertThat(results).isEqualTo(inputs.stream().map(i -> i * i).toList());
            }
          }
        });
  }

  @Test
  @DisplayName("2.2/56 mapUnordered: in the order in which they are ready")
  void mapAsReady() throws Exception {
    script(
        () -> {
          try (GreenletPool pool = GreenletPool.of(3);
              PoolResults<Integer> results =
                  pool.mapUnordered(
                      List.of(9, 1, 5),
                      turns -> {
                        for (int i = 0; i < turns; i++) {
                          Greenlets.yieldNow();
                        }
                        return turns;
                      })) {
            assertThat(results.next()).isEqualTo(1);
            assertThat(results.next()).isEqualTo(5);
            assertThat(results.next()).isEqualTo(9);
            assertThat(results.hasNext()).isFalse();
            assertThatThrownBy(results::next).isInstanceOf(NoSuchElementException.class);
          }
        });
  }

  @Test
  @DisplayName("2.2/56 no more than the bound are at work or unread, ordered or not")
  void boundOnUnread() throws Exception {
    script(
        () -> {
          for (boolean ordered : List.of(true, false)) {
            List<Integer> begun = new ArrayList<>();
            PoolFunction<Integer, Integer> noting =
                i -> {
                  begun.add(i);
                  return i;
                };
            List<Integer> inputs = List.of(0, 1, 2, 3, 4, 5);
            try (GreenletPool pool = GreenletPool.of(5);
                PoolResults<Integer> results =
                    ordered ? pool.map(inputs, noting, 2) : pool.mapUnordered(inputs, noting, 2)) {
              Greenlets.idle();
              assertThat(begun).containsExactly(0, 1);
              assertThat(results.next()).isZero();
              Greenlets.idle();
              assertThat(begun).containsExactly(0, 1, 2);
              assertThat(results.toList()).containsExactly(1, 2, 3, 4, 5);
            }
          }
        });
  }

  @Test
  @DisplayName("2.2/56 the iteration continues after the failure of an element")
  void continuesAfterAFailure() throws Exception {
    script(
        () -> {
          try (GreenletPool pool = GreenletPool.of(2);
              PoolResults<Integer> results =
                  pool.map(
                      List.of(1, 2, 3),
                      i -> {
                        if (i == 2) {
                          throw new IllegalStateException("two");
                        }
                        return i;
                      })) {
            assertThat(results.next()).isEqualTo(1);
            assertThatThrownBy(results::next)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("two");
            assertThat(results.next()).isEqualTo(3);
            assertThat(results.hasNext()).isFalse();
          }
        });
  }

  @Test
  @DisplayName("2.2/56 inputs that fail themselves are heard of after what came before")
  void failingInputs() throws Exception {
    script(
        () -> {
          Iterator<Integer> inputs =
              new Iterator<>() {
                private int next;

                @Override
                public boolean hasNext() {
                  return true;
                }

                @Override
                public Integer next() {
                  if (next == 2) {
                    throw new IllegalStateException("inputs");
                  }
                  return next++;
                }
              };
          try (GreenletPool pool = GreenletPool.of(2);
              PoolResults<Integer> results = pool.<Integer, Integer>map(() -> inputs, i -> i)) {
            assertThat(results.next()).isZero();
            assertThat(results.next()).isEqualTo(1);
            assertThatThrownBy(results::next)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("inputs");
            assertThat(results.hasNext()).isFalse();
          }
        });
  }

  @Test
  @DisplayName("2.2/56 results that are closed early end what is at work for them")
  void closedEarly() throws Exception {
    script(
        () -> {
          try (GreenletPool pool = GreenletPool.of(2)) {
            PoolResults<String> results =
                pool.map(List.of(1, 2, 3), i -> i == 1 ? "first" : sleepLong());
            assertThat(results.next()).isEqualTo("first");
            results.close();
            pool.join();
            assertThat(results.hasNext()).isFalse();
            assertThat(pool.free()).isEqualTo(2);
          }
        });
  }

  @Test
  @DisplayName("2.2/56 forEach waits for all, and throws the first failure with the others")
  void forEach() throws Exception {
    script(
        () -> {
          List<Integer> done = new ArrayList<>();
          try (GreenletPool pool = GreenletPool.of(2)) {
            pool.forEach(List.of(1, 2, 3), done::add);
            assertThat(done).containsExactlyInAnyOrder(1, 2, 3);
            assertThatThrownBy(
                    () ->
                        pool.<Integer>forEach(
                            List.of(1, 2, 3),
                            i -> {
                              if (i != 2) {
                                throw new IllegalStateException("failed " + i);
                              }
                            }))
                .isInstanceOf(ScopeFailedException.class)
                .hasRootCauseMessage("failed 1")
                .satisfies(failed -> assertThat(failed.getSuppressed()).hasSize(1));
          }
        });
  }

  @Test
  @DisplayName("2.2/15 a repeated kill hits each member once; one that resists is returned")
  void killHitsOnce() throws Exception {
    script(
        () -> {
          List<String> hits = new ArrayList<>();
          try (GreenletPool pool = GreenletPool.of(2)) {
            pool.submit(
                () -> {
                  try {
                    Greenlets.sleep(Duration.ofMinutes(1));
                  } catch (GreenletExit exit) {
                    hits.add("hit");
                    shielded(() -> Greenlets.sleep(Duration.ofMinutes(1)));
                  }
                  return null;
                });
            Greenlets.yieldNow();
            for (int i = 0; i < 3; i++) {
              assertThat(pool.kill("test", Duration.ZERO)).hasSize(1);
              Greenlets.idle();
            }
            assertThat(hits).containsExactly("hit");
            time.advance(Duration.ofMinutes(1));
            pool.join();
            assertThat(pool.kill("test", Duration.ofSeconds(1))).isEmpty();
          }
        });
  }

  @Test
  @DisplayName("2.2/16 members, emptiness and join with a timeout")
  void membersAndEmptiness() throws Exception {
    script(
        () -> {
          try (GreenletPool pool = GreenletPool.of(3)) {
            assertThat(pool.size()).isEqualTo(3);
            List<GreenletTask<?>> members =
                List.of(
                    pool.submit(GreenletPoolTests::sleepAMinute),
                    pool.submit(GreenletPoolTests::sleepAMinute));
            assertThat(pool.members()).isEqualTo(members);
            assertThat(pool.join(Duration.ZERO)).isFalse();
            Greenlets.idle();
            time.advance(Duration.ofMinutes(1));
            assertThat(pool.join(Duration.ofMinutes(1))).isTrue();
            assertThat(pool.members()).isEmpty();
          }
        });
  }

  @Test
  @DisplayName("2.2/52 from a thread that is no greenlet, hubs or not")
  void fromAThread() throws Exception {
    try (GreenletPool pool = GreenletPool.of(runtime, 4)) {
      List<Integer> inputs = IntStream.range(0, 500).boxed().toList();
      assertThat(pool.<Integer, Integer>map(inputs, i -> i + 1).toList())
          .isEqualTo(IntStream.range(1, 501).boxed().toList());
      assertThat(pool.<Integer, Integer>mapUnordered(inputs, i -> i).toList())
          .containsExactlyInAnyOrderElementsOf(inputs);
    }
  }

  @Test
  @DisplayName("2.2/52 misuse is reported with subject, value and remedy")
  void badUses() throws Exception {
    assertThatThrownBy(() -> GreenletPool.of(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'size' must be at least 1, was 0");
    GreenletPool pool = GreenletPool.of(runtime, 1);
    assertThatThrownBy(() -> pool.<Integer, Integer>map(List.of(), i -> i, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'maxUnread' must be at least 1, was 0");
    assertThatThrownBy(() -> pool.kill("test", Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'timeout' must not be negative, was PT-1S");
    GreenletTask<?> member =
        pool.submit(
            () -> {
              assertThatThrownBy(pool::join)
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("would wait for itself forever");
              assertThatThrownBy(pool::close).isInstanceOf(IllegalStateException.class);
              return null;
            });
    member.get();
    pool.close();
    assertThatThrownBy(() -> pool.submit(() -> "late"))
        .isInstanceOf(ScopeClosedException.class)
        .hasMessage("The pool of 1 is closed and accepts no greenlets: submit before close()");
  }

  @Test
  void anAbandonedMapEndsWithItsPool() throws Exception {
    script(
        () -> {
          try (GreenletPool pool = GreenletPool.of(1)) {
            for (int i = 0; i < 100; i++) {
              readOne(pool);
            }
          }
          while (runtime.live().size() > 1) {
            Greenlets.yieldNow();
          }
        });
  }

  @Test
  void anAbandonedMapEndsWhenNothingRefersToItsResults() throws Exception {
    GreenletPool pool = GreenletPool.of(1);
    script(() -> readOne(pool));

    await()
        .until(
            () -> {
              System.gc();
              return runtime.live().isEmpty();
            });
    assertThat(pool.free()).isEqualTo(1);
  }

  private static void readOne(GreenletPool pool) {
    for (int number : pool.map(IntStream.range(0, 100).boxed().toList(), number -> number)) {
      assertThat(number).isZero();
      break;
    }
  }

  @Test
  void theGreatestPoolMaps() throws Exception {
    script(
        () -> {
          try (GreenletPool pool = GreenletPool.of(Integer.MAX_VALUE)) {
            assertThat(pool.map(List.of(1, 2, 3), number -> 2 * number).toList())
                .containsExactly(2, 4, 6);
            assertThat(pool.mapUnordered(List.of(1), number -> 2 * number).toList())
                .containsExactly(2);
          }
        });
  }

  @Test
  void aKillIsTheEndOfWhatItsVictimsSubmitWhileTheyDieToo() throws Exception {
    script(
        () -> {
          List<GreenletTask<String>> late = new ArrayList<>();
          try (GreenletPool pool = GreenletPool.of(2)) {
            for (int i = 0; i < 2; i++) {
              pool.submit(
                  () -> {
                    try {
                      return sleepLong();
                    } finally {
                      Greenlets.shielded(
                          () -> {
                            Greenlets.yieldNow();
                            late.add(pool.submit(GreenletPoolTests::sleepLong));
                            return late.add(
                                Greenlets.<GreenletTask<String>>spawn(
                                        () -> pool.submit(GreenletPoolTests::sleepLong))
                                    .get());
                          });
                    }
                  });
            }
            Greenlets.idle();

            assertThat(pool.kill("enough", Duration.ofDays(1))).isEmpty();
            assertThat(late)
                .hasSize(4)
                .allSatisfy(
                    greenlet -> assertThat(greenlet.outcome()).isInstanceOf(Outcome.Killed.class));
            assertThat(pool.members()).isEmpty();
            assertThat(pool.<String>submit(() -> "open").get()).isEqualTo("open");
          }
        });
  }

  @Test
  void aCircleThroughThePoolIsRefused() throws Exception {
    script(
        () -> {
          GreenletPool pool = GreenletPool.of(2);
          GreenletTask<?> self = Greenlets.current();
          GreenletTask<?> member = pool.submit(self::join);
          Greenlets.yieldNow();

          assertThatThrownBy(pool::join)
              .isInstanceOf(DeadlockException.class)
              .hasMessageContaining("all greenlets of the pool");
          member.kill("enough");
        });
  }
}
