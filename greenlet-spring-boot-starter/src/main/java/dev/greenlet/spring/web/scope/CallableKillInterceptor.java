package dev.greenlet.spring.web.scope;

import dev.greenlet.GreenletExit;
import dev.greenlet.Greenlets;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.CallableProcessingInterceptor;

/**
 * Cancels a request whose {@code Callable} was killed, even if the callable has caught the exit.
 * The callable of a cancelled request does not start. Thread-safe.
 */
final class CallableKillInterceptor implements CallableProcessingInterceptor {
  private final RequestLifetime lifetime;

  CallableKillInterceptor(RequestLifetime lifetime) {
    this.lifetime = lifetime;
  }

  @Override
  public <T> void preProcess(NativeWebRequest request, Callable<T> task) {
    checkForKill();
    if (lifetime.cancellation() != null) {
      throw new CancellationException("The request was cancelled before its callable started");
    }
  }

  @Override
  public <T> void postProcess(
      NativeWebRequest request, Callable<T> task, @Nullable Object concurrentResult) {
    checkForKill();
  }

  private void checkForKill() {
    GreenletExit exit = Greenlets.currentOrNull() == null ? null : Greenlets.deliveredKill();
    if (exit != null) {
      lifetime.cancel(new Ending.Killed());
    }
  }
}
