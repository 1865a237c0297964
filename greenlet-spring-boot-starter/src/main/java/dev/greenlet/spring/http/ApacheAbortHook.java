package dev.greenlet.spring.http;

import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;

/**
 * The abort hook of Apache HttpClient, whose requests can be cancelled: while they are queued in
 * front of the connection pool and afterwards.
 */
final class ApacheAbortHook {
  private ApacheAbortHook() {}

  static HttpComponentsClientHttpRequestFactoryBuilder addTo(
      HttpComponentsClientHttpRequestFactoryBuilder builder) {
    return builder.withHttpClientCustomizer(
        client ->
            client.addExecInterceptorFirst(
                "greenlet-abort",
                (ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain) -> {
                  if (scope.originalRequest instanceof Cancellable cancellable) {
                    CurrentAbort.register(cancellable::cancel);
                  }
                  return chain.proceed(request, scope);
                }));
  }
}
