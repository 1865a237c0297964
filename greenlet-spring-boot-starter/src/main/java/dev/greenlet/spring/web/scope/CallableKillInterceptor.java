package dev.greenlet.spring.web.scope;

import dev.greenlet.GreenletExit;
import dev.greenlet.Greenlets;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.CallableProcessingInterceptor;

/**
 * A request whose {@code Callable} was killed is cut short, whatever the callable has made of its
 * exit. One that is cut short does not begin with its callable.
 */
final class CallableKillInterceptor implements CallableProcessingInterceptor {
  private final RequestLifetime lifetime;

  CallableKillInterceptor(RequestLifetime lifetime) {
    this.lifetime = lifetime;
  }

  @Override
  public <T> void preProcess(NativeWebRequest request, Callable<T> task) {
    judge();
    if (lifetime.verdict() != null) {
      throw new CancellationException("The request has ended before its callable began");
    }
  }

  @Override
  public <T> void postProcess(
      NativeWebRequest request, Callable<T> task, @Nullable Object concurrentResult) {
    judge();
  }

  private void judge() {
    GreenletExit exit = Greenlets.currentOrNull() == null ? null : Greenlets.deliveredKill();
    if (exit != null) {
      lifetime.cutShort(new Ending.Killed());
    }
  }
}
