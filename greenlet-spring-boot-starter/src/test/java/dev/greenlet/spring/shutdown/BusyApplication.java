package dev.greenlet.spring.shutdown;

import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.OwnJvm;
import dev.greenlet.spring.web.PlainApplication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Import;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;
import org.springframework.web.socket.server.jetty.JettyRequestUpgradeStrategy;
import org.springframework.web.socket.server.standard.StandardWebSocketUpgradeStrategy;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/**
 * An application in a JVM of its own, to be stopped by a signal while requests of every kind wait
 * for longer than it may take to stop. Prints its port when it is up.
 */
@PlainApplication
@EnableWebSocket
@Import({BusyApplication.Requests.class, BusyApplication.Sockets.class})
final class BusyApplication {
  private static final Duration LONG = Duration.ofMinutes(2);

  private BusyApplication() {}

  public static void main(String[] args) {
    OwnJvm.run(BusyApplication.class, args);
  }

  @RestController
  @Greenlet(spread = true)
  static class Requests {
    private final JdbcTemplate jdbc;
    private final RestClient http;
    private final AsyncTaskExecutor executor;

    Requests(
        JdbcTemplate jdbc,
        RestClient.Builder http,
        @Value("${silent}") String silent,
        @Qualifier("greenletTaskExecutor") AsyncTaskExecutor executor) {
      this.jdbc = jdbc;
      this.http = http.baseUrl(silent).build();
      this.executor = executor;
    }

    @GetMapping("/short")
    public String pause() throws InterruptedException {
      Greenlets.sleep(Duration.ofSeconds(1));
      return "answered";
    }

    @GetMapping("/sleep")
    public String sleep() throws InterruptedException {
      Greenlets.sleep(LONG);
      return "slept";
    }

    @GetMapping("/jdbc")
    public String query() {
      jdbc.execute("select pg_sleep(120)");
      return "slept";
    }

    @GetMapping("/http")
    public String call() {
      return String.valueOf(http.get().retrieve().body(String.class));
    }

    @GetMapping("/callable")
    public Callable<String> callable() {
      return this::sleep;
    }

    @GetMapping("/deferred")
    public DeferredResult<String> deferred() {
      return new DeferredResult<>(LONG.toMillis());
    }

    @GetMapping("/events")
    public SseEmitter events() {
      SseEmitter emitter = new SseEmitter(0L);
      Greenlets.spawn(
          "ticker",
          () -> {
            while (true) {
              emitter.send("tick");
              Greenlets.sleep(Duration.ofMillis(200));
            }
          });
      return emitter;
    }

    @GetMapping("/stream")
    public StreamingResponseBody stream() {
      return out -> {
        try {
          while (true) {
            out.write("tick".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            Greenlets.sleep(Duration.ofMillis(200));
          }
        } catch (InterruptedException interrupted) {
          throw new IOException(interrupted);
        }
      };
    }

    @GetMapping("/task")
    public String task() {
      executor.submit(this::sleep);
      return "accepted";
    }
  }

  static class Sockets implements WebSocketConfigurer {
    private final boolean jetty;

    Sockets(@Value("${jetty}") boolean jetty) {
      this.jetty = jetty;
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
      registry
          .addHandler(new Sleeping(), "/chat")
          .setHandshakeHandler(
              new DefaultHandshakeHandler(
                  jetty
                      ? new JettyRequestUpgradeStrategy()
                      : new StandardWebSocketUpgradeStrategy()));
    }
  }

  private static final class Sleeping extends TextWebSocketHandler {
    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message)
        throws InterruptedException {
      Greenlets.sleep(LONG);
    }
  }
}
