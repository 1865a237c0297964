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

/** Greenlets as Monos. The other way round, {@code Publishers.await} waits for a Mono. */
public final class GreenletMono {
  private GreenletMono() {}

  /**
   * Blocking code as a Mono: each subscription spawns a greenlet, whose result it emits. A {@code
   * null} is an empty Mono. Where Micrometer's context propagation is there, what the Reactor
   * context holds for thread locals is set in the greenlet.
   *
   * <p>Who cancels the subscription kills the greenlet.
   *
   * @param runtime what spawns
   * @param options name, kind and lane
   * @param body what the greenlet runs
   * @param <T> the type of the result
   * @return a cold Mono, which fails with {@link dev.greenlet.RuntimeClosedException} if the
   *     runtime is closed
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
   * A running greenlet as a Mono that emits its result; a {@code null} is an empty Mono. It emits
   * on the greenlet's lane, when that has ended: what computes long or waits belongs behind a
   * {@code publishOn}.
   *
   * <p>Who cancels a subscription kills the greenlet, for every subscriber.
   *
   * @param task the greenlet
   * @param <T> the type of the result
   * @return a hot Mono, which fails with what the greenlet threw, or with a {@link
   *     CancellationException} if it was killed
   */
  public static <T> Mono<T> of(GreenletTask<? extends @Nullable T> task) {
    return Mono.create(sink -> follow(task, sink));
  }

  private static <T, R extends @Nullable T> void follow(GreenletTask<R> task, MonoSink<T> sink) {
    Registration registration = task.onComplete(ended -> tell(ended, sink));
    sink.onCancel(
        () -> {
          registration.close();
          task.kill("its subscriber has cancelled");
        });
  }

  private static <T, R extends @Nullable T> void tell(GreenletTask<R> ended, MonoSink<T> sink) {
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
