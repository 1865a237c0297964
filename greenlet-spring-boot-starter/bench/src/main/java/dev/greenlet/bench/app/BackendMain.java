package dev.greenlet.bench.app;

import dev.greenlet.bench.process.Control;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * The process that holds what the applications wait for: a PostgreSQL server, and an HTTP server
 * that answers every request after a fixed time. Says the ports of both.
 */
public final class BackendMain {
  private BackendMain() {}

  /** Starts both: the time until an answer, in milliseconds. */
  public static void main(String[] arguments) throws Exception {
    Control control = Control.take();
    DisposableServer stub = stub(Duration.ofMillis(Long.parseLong(arguments[0])));
    // Each mode has ten connections, and keeps them.
    EmbeddedPostgres postgres =
        EmbeddedPostgres.builder().setServerConfig("max_connections", "300").start();
    control.serve(postgres.getPort() + " " + stub.port(), line -> line);
    System.exit(0); // which stops PostgreSQL
  }

  private static DisposableServer stub(Duration delay) {
    return HttpServer.create()
        .host("localhost")
        .port(0)
        .handle(
            (_, response) ->
                response
                    .header(HttpHeaderNames.CONTENT_TYPE, "text/plain")
                    .header(HttpHeaderNames.CONTENT_LENGTH, "2")
                    .sendString(Mono.just("ok").delayElement(delay)))
        .bindNow();
  }
}
