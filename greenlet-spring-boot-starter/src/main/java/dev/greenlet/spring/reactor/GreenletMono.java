package dev.greenlet.spring.reactor;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.Registration;
import dev.greenlet.SpawnOptions;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Adapts greenlets to Monos. Conversely, {@code Publishers.await} waits for a Mono. Thread-safe; no
 * method blocks.
 */
public final class GreenletMono {
  private GreenletMono() {}

  /**
   * Returns a Mono that spawns a greenlet for each subscription and emits its result. A {@code
   * null} result completes the Mono empty. If Micrometer's context propagation is present, the
   * greenlet has the thread locals that the Reactor context holds.
   *
   * <p>Cancelling the subscription kills the greenlet.
   *
   * @param runtime the runtime that spawns the greenlets
   * @param options the name, kind and lane of the greenlets
   * @param body the body of each greenlet
   * @param <T> the type of the result
   * @return a cold Mono; it fails with {@link dev.greenlet.RuntimeClosedException} if the runtime
   *     is closed
   */
  public static <T> Mono<T> from(
      GreenletRuntime runtime, SpawnOptions options, Callable<? extends @Nullable T> body) {
    return Mono.deferContextual(
        context ->
            of(
                ContextBridge.withThreadLocals(
                    context, () -> runtime.<@Nullable T>spawn(options, body))));
  }

  /**
   * Returns a Mono that emits the result of a greenlet; a {@code null} result completes it empty.
   * It emits on the lane of the greenlet, after the greenlet has ended: move operators that compute
   * for long or block to another scheduler by {@code publishOn}.
   *
   * <p>Cancelling a subscription kills the greenlet, for all subscribers.
   *
   * @param task the greenlet
   * @param <T> the type of the result
   * @return a hot Mono; it fails with the exception of the greenlet, or with a {@link
   *     CancellationException} if the greenlet was killed
   */
  public static <T> Mono<T> of(GreenletTask<? extends @Nullable T> task) {
    return Mono.create(sink -> follow(task, sink));
  }

  private static <T, R extends @Nullable T> void follow(GreenletTask<R> task, MonoSink<T> sink) {
    Registration registration = task.onComplete(ended -> emit(ended, sink));
    sink.onCancel(
        () -> {
          registration.close();
          task.kill("its subscription was cancelled");
        });
  }

  private static <T, R extends @Nullable T> void emit(GreenletTask<R> ended, MonoSink<T> sink) {
    switch (ended.outcome()) {
      case null -> throw new AssertionError(ended + " has ended without an outcome");
      case Outcome.Returned<R>(R value) -> {
        if (value == null) {
          sink.success();
        } else {
          sink.success(value);
        }
      }
      case Outcome.Failed<R>(Throwable cause) -> sink.error(cause);
      case Outcome.Killed<R>(Throwable exit) -> sink.error(cancelled(exit));
    }
  }

  private static CancellationException cancelled(Throwable exit) {
    CancellationException cancelled = new CancellationException(exit.getMessage());
    cancelled.initCause(exit);
    return cancelled;
  }
}
