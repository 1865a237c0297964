package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.TestEngine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@EachEngine
class PromiseTests extends SyncContract {
  private final Promise<String> promise = new Promise<>("answer");

  PromiseTests(TestEngine engine) {
    super(engine);
  }

  @Test
  @DisplayName("2.2/41 a completion by a thread wakes waiters on both hubs and other threads")
  void wakesEverybody() throws Exception {
    GreenletTask<String> here = onHub("here", promise::get);
    GreenletTask<String> there = onOtherHub("there", () -> promise.get(HOUR));
    FutureTask<String> plain = inThread("plain", promise::get);
    awaitWaiters(promise, 3);

    assertThat(promise.complete("42")).isTrue();

    assertThat(List.of(here.get(), there.get(), plain.get())).containsOnly("42");
    assertThat(promise.state()).isEqualTo(Future.State.SUCCESS);
  }

  @Test
  @DisplayName("2.2/40 each getter receives the failure, with a trace of its own")
  void failsEachGetter() {
    IllegalStateException cause = new IllegalStateException("broken");
    GreenletTask<String> getter = onHub("getter", promise::get);
    awaitWaiters(promise, 1);

    promise.completeExceptionally(cause);

    assertThatThrownBy(getter::get).cause().isInstanceOf(ExecutionException.class).hasCause(cause);
    ExecutionException first = failure();
    assertThat(first).isNotSameAs(failure()).hasCause(cause);
    assertThat(cause.getSuppressed()).isEmpty();
  }

  private ExecutionException failure() {
    try {
      throw new AssertionError(promise.get());
    } catch (ExecutionException e) {
      return e;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("2.2/40 a get of no time fails at once while there is nothing")
  void failsAtOnceWithoutTime() {
    assertThatThrownBy(() -> promise.get(Duration.ZERO))
        .isInstanceOf(TimeoutException.class)
        .hasMessage("promise 'answer' was not completed within PT0S");
    assertThatThrownBy(() -> promise.get(0, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
  }

  @Test
  @DisplayName("2.2/40 only the first completion counts")
  void completesOnce() throws Exception {
    assertThat(promise.complete("first")).isTrue();
    assertThat(promise.complete("second")).isFalse();
    assertThat(promise.completeExceptionally(new IllegalStateException())).isFalse();
    assertThat(promise.cancel(true)).isFalse();

    assertThat(promise.get()).isEqualTo("first");
    assertThat(promise.join()).isEqualTo(new Outcome.Returned<>("first"));
    assertThat(promise).hasToString("promise 'answer' (completed)");
  }

  @Test
  void cancelsAsAFailure() {
    assertThat(promise.cancel(false)).isTrue();

    assertThat(promise.isCancelled()).isTrue();
    assertThat(promise.state()).isEqualTo(Future.State.CANCELLED);
    assertThatThrownBy(promise::get)
        .isInstanceOf(CancellationException.class)
        .hasMessage("promise 'answer' was cancelled");
  }

  @Test
  void isACompletionStageBeforeAndAfter() throws Exception {
    CompletableFuture<Integer> before =
        promise.toCompletionStage().thenApply(String::length).toCompletableFuture();
    promise.complete("four");
    CompletableFuture<String> after = promise.toCompletionStage().toCompletableFuture();

    assertThat(before.get()).isEqualTo(4);
    assertThat(after.get()).isEqualTo("four");
    assertThat(after.complete("other")).isFalse();
  }

  @Test
  void tellsTheStageOfAFailure() {
    CompletableFuture<String> stage = promise.toCompletionStage().toCompletableFuture();
    promise.completeExceptionally(new IllegalStateException("broken"));

    assertThatThrownBy(stage::get).hasRootCauseMessage("broken");
  }

  @Test
  void aStageThatIsCompletedByForceLeavesThePromiseAlone() {
    promise.toCompletionStage().toCompletableFuture().complete("forced");

    assertThat(promise.isDone()).isFalse();
  }
}
