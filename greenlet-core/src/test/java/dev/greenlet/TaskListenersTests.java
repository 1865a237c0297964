package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.greenlet.testing.EngineFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@EachEngine
class TaskListenersTests extends EngineFixture {
  TaskListenersTests(TestEngine engine) {
    super(engine.builder());
  }

  @Test
  @DisplayName("2.2/20 a late listener on a finished greenlet is told all the same, repeatedly")
  void lateListeners() throws Exception {
    script(
        () -> {
          List<Object> seen = new ArrayList<>();
          GreenletTask<Integer> task = Greenlets.spawn(() -> 42);
          task.onComplete(ended -> seen.add(ended.resultNow()));
          task.join();
          task.onComplete(ended -> seen.add(ended.resultNow()));
          task.onComplete(ended -> seen.add(ended.resultNow()));
          assertThat(seen).containsExactly(42, 42, 42);
        });
  }

  @Test
  @DisplayName("2.2/20 as a future: value, failure and kill, before and after the end")
  void asFuture() throws Exception {
    script(
        () -> {
          IllegalStateException boom = new IllegalStateException("boom");
          GreenletTask<String> returning = Greenlets.spawn(() -> "value");
          GreenletTask<String> failing =
              Greenlets.spawn(
                  () -> {
                    throw boom;
                  });
          GreenletTask<String> killed = Greenlets.spawn(() -> "never");
          List<GreenletTask<String>> all = List.of(returning, failing, killed);
          List<CompletableFuture<String>> early =
              all.stream().map(GreenletTask::toCompletableFuture).toList();
          killed.kill("test");
          Greenlets.joinAll(all);
          List<CompletableFuture<String>> late =
              all.stream().map(GreenletTask::toCompletableFuture).toList();
          for (List<CompletableFuture<String>> futures : List.of(early, late)) {
            assertThat(futures.get(0)).isCompletedWithValue("value");
            assertThatThrownBy(() -> futures.get(1).get())
                .isInstanceOf(ExecutionException.class)
                .hasCause(boom);
            assertThat(futures.get(2)).isCancelled();
            assertThatThrownBy(() -> futures.get(2).get())
                .isInstanceOf(CancellationException.class);
          }
          GreenletTask<String> going = Greenlets.spawn(() -> "goes on");
          going.toCompletableFuture().cancel(true);
          assertThat(going.get()).isEqualTo("goes on");
        });
  }

  @Test
  @DisplayName("2.2/21 twenty listeners tell return, failure and kill apart by the outcome")
  void listenersTellOutcomesApart() throws Exception {
    script(
        () -> {
          List<String> seen = new ArrayList<>();
          GreenletTask<String> failing =
              Greenlets.spawn(
                  () -> {
                    throw new IllegalStateException("boom");
                  });
          for (int i = 0; i < 20; i++) {
            failing.onComplete(
                ended ->
                    seen.add(
                        switch (ended.outcome()) {
                          case Outcome.Failed<String> failed -> "failed";
                          case null, default -> "other";
                        }));
          }
          failing.join();
          assertThat(seen).hasSize(20).containsOnly("failed");
        });
  }

  @Test
  @DisplayName("2.2/22 a listener that was taken back is not told; taking back twice is harmless")
  void takenBack() throws Exception {
    script(
        () -> {
          List<String> seen = new ArrayList<>();
          GreenletTask<Integer> task = Greenlets.spawn(() -> 42);
          Registration first = task.onComplete(ended -> seen.add("first"));
          task.onComplete(ended -> seen.add("second"));
          Registration third = task.onEnd(() -> seen.add("third"));
          first.close();
          first.close();
          third.close();
          task.join();
          third.close();
          assertThat(seen).containsExactly("second");
        });
  }

  @Test
  @DisplayName("2.2/23 one bad listener does not stop the others, and is reported")
  void badListener() throws Exception {
    IllegalStateException bad = new IllegalStateException("bad listener");
    List<String> seen = new ArrayList<>();
    script(
        () -> {
          GreenletTask<Integer> task = Greenlets.spawn(() -> 42);
          task.onComplete(ended -> seen.add("first"));
          task.onComplete(
              ended -> {
                throw bad;
              });
          task.onComplete(ended -> seen.add("third"));
          task.join();
        });
    assertThat(seen).containsExactly("first", "third");
    await().untilAsserted(() -> assertThat(uncaught).containsExactly(bad));
  }

  @Test
  @DisplayName("2.2/23 a late bad listener is reported too, and not thrown at who registers it")
  void lateBadListener() throws Exception {
    IllegalStateException bad = new IllegalStateException("bad listener");
    GreenletTask<Integer> task = go(() -> 42);
    task.join();
    task.onEnd(
        () -> {
          throw bad;
        });
    await().untilAsserted(() -> assertThat(uncaught).containsExactly(bad));
  }

  @Test
  @DisplayName("2.2/24 taking back while others are told is honoured")
  void takenBackDuringNotification() throws Exception {
    script(
        () -> {
          List<String> seen = new ArrayList<>();
          GreenletTask<Integer> task = Greenlets.spawn(() -> 42);
          Registration[] later = new Registration[1];
          task.onComplete(
              ended -> {
                seen.add("first");
                later[0].close();
              });
          later[0] = task.onComplete(ended -> seen.add("second"));
          task.onComplete(ended -> seen.add("third"));
          task.join();
          assertThat(seen).containsExactly("first", "third");
        });
  }

  @Test
  @DisplayName("2.2/25 a thousand listeners are told in their order")
  void thousandListenersInOrder() throws Exception {
    script(
        () -> {
          List<Integer> seen = new ArrayList<>();
          GreenletTask<Integer> task = Greenlets.spawn(() -> 42);
          List<Registration> gone = new ArrayList<>();
          for (int i = 0; i < 1000; i++) {
            int number = i;
            task.onComplete(ended -> seen.add(number));
            gone.add(task.onComplete(ended -> seen.add(-1)));
          }
          gone.forEach(Registration::close);
          task.join();
          assertThat(seen).isEqualTo(IntStream.range(0, 1000).boxed().toList());
        });
  }

  @Test
  @DisplayName("2.2/25 two that yield take turns: 1A 2A 1B 2B")
  void yieldersTakeTurns() throws Exception {
    script(
        () -> {
          List<String> trail = new ArrayList<>();
          List<GreenletTask<Object>> both = new ArrayList<>();
          for (String who : List.of("1", "2")) {
            both.add(
                Greenlets.spawn(
                    () -> {
                      trail.add(who + "A");
                      Greenlets.yieldNow();
                      trail.add(who + "B");
                      return who;
                    }));
          }
          Greenlets.joinAll(both);
          assertThat(trail).containsExactly("1A", "2A", "1B", "2B");
        });
  }
}
