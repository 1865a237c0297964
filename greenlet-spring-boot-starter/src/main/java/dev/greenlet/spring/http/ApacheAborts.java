package dev.greenlet.spring.http;

import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;

/** Apache HttpClient: a request can be cancelled, in the queue before the pool and afterwards. */
final class ApacheAborts {
  private ApacheAborts() {}

  static HttpComponentsClientHttpRequestFactoryBuilder addTo(
      HttpComponentsClientHttpRequestFactoryBuilder builder) {
    return builder.withHttpClientCustomizer(
        client ->
            client.addExecInterceptorFirst(
                "greenlet-abort",
                (ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain) -> {
                  if (scope.originalRequest instanceof Cancellable cancellable) {
                    CurrentAbort.by(cancellable::cancel);
                  }
                  return chain.proceed(request, scope);
                }));
  }
}
