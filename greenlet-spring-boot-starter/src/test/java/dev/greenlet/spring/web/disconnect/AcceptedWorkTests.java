package dev.greenlet.spring.web.disconnect;

import static dev.greenlet.spring.web.disconnect.Waiting.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Work that a request has accepted when its client disconnects. */
@EachServer
@Timeout(240)
class AcceptedWorkTests {
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");
  private static final int CLIENTS = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Parameter private Host host = Host.TOMCAT_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application = start("join");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @BeforeEach
  void begin() {
    Mail.gate = new CompletableFuture<>();
    Mail.BEGUN.set(0);
    Mail.DONE.set(0);
  }

  @AfterEach
  void nothingIsLeft() {
    Mail.gate.complete(true);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(application.greenlets()).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /async HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n",
        "POST /async HTTP/1.0\r\n",
        "POST /spawn HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n",
        "POST /spawn HTTP/1.0\r\n",
        "POST /spawn HTTP/1.1\r\nHost: localhost\r\n"
      })
  void completesIfTheClientClosesAfterTheCompleteResponse(String request) throws IOException {
    for (int i = 0; i < CLIENTS; i++) {
      try (Socket client = application.connect(request + "Content-Length: 0\r\n\r\n")) {
        assertThat(wholeAnswer(client)).startsWith("HTTP/1.1 202").endsWith("accepted");
      }
    }
    await().atMost(PATIENCE).until(() -> Mail.BEGUN.get() == CLIENTS);
    awaitChecks(application);
    Mail.gate.complete(true);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(Mail.DONE).hasValue(CLIENTS));
  }

  @Test
  void completesIfTheCompleteResponseHasNoBody() throws IOException {
    try (Socket client =
        application.connect(
            "POST /empty HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")) {
      assertThat(wholeAnswer(client)).startsWith("HTTP/1.1 204");
    }
    await().atMost(PATIENCE).until(() -> Mail.BEGUN.get() == 1);
    awaitChecks(application);
    Mail.gate.complete(true);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(Mail.DONE).hasValue(1));
  }

  @Test
  void completesInATaskOfTheExecutorIfTheClientClosesBeforeTheResponse() throws IOException {
    try (Socket _ =
        application.connect(
            "POST /never HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")) {
      await().atMost(PATIENCE).until(() -> Mail.BEGUN.get() == 2);
    }
    await().atMost(PATIENCE).until(() -> named("POST /never", application) == 0);
    Mail.gate.complete(true);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(application.greenlets()).isEmpty());
    assertThat(Mail.DONE).as("the task, and not the child").hasValue(1);
  }

  @Test
  void completesInADetachedChildToo() throws IOException {
    try (RunningApplication detaching = start("detach")) {
      try (Socket _ =
          detaching.connect(
              "POST /never HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")) {
        await().atMost(PATIENCE).until(() -> Mail.BEGUN.get() == 2);
      }
      await().atMost(PATIENCE).until(() -> named("POST /never", detaching) == 0);
      Mail.gate.complete(true);

      await().atMost(PATIENCE).untilAsserted(() -> assertThat(Mail.DONE).hasValue(2));
    }
  }

  private RunningApplication start(String children) {
    return host.start(
        List.of(Mail.class, Post.class, Waiting.class),
        "greenlet.hubs=2",
        "greenlet.web.children=" + children,
        "greenlet.web.disconnect-check=20ms");
  }

  /**
   * Waits until the detector has checked several times, as the disconnects of other clients prove.
   */
  private static void awaitChecks(RunningApplication application) throws IOException {
    for (int i = 0; i < 3; i++) {
      try (Socket _ = application.connect("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
        await().atMost(PATIENCE).until(() -> named("GET /wait", application) == 1);
      }
      await().atMost(PATIENCE).until(() -> named("GET /wait", application) == 0);
    }
  }

  private static String wholeAnswer(Socket client) throws IOException {
    InputStream in = client.getInputStream();
    StringBuilder headers = new StringBuilder();
    while (headers.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).as("the connection ended after: " + headers).isNotNegative();
      headers.append((char) next);
    }
    return headers + new String(in.readNBytes(lengthIn(headers)), StandardCharsets.US_ASCII);
  }

  private static int lengthIn(CharSequence headers) {
    Matcher length = LENGTH.matcher(headers);
    return length.find() ? Integer.parseInt(length.group(1)) : 0;
  }

  @RestController
  @Greenlet
  static class Mail {
    static volatile CompletableFuture<Boolean> gate = new CompletableFuture<>();
    static final AtomicInteger BEGUN = new AtomicInteger();
    static final AtomicInteger DONE = new AtomicInteger();

    private final Post post;

    Mail(Post post) {
      this.post = post;
    }

    @PostMapping("/async")
    public ResponseEntity<String> async() {
      post.send();
      return ResponseEntity.accepted().body("accepted");
    }

    @PostMapping("/spawn")
    public ResponseEntity<String> spawn() {
      Greenlets.spawn("child", Mail::work);
      return ResponseEntity.accepted().body("accepted");
    }

    @PostMapping("/empty")
    public void empty(HttpServletResponse response) throws IOException {
      Greenlets.spawn("child", Mail::work);
      response.setStatus(HttpStatus.NO_CONTENT.value());
      response.flushBuffer();
    }

    @PostMapping("/never")
    public String never() throws InterruptedException {
      post.send();
      Greenlets.spawn("child", Mail::work);
      Greenlets.sleep(Duration.ofHours(1));
      return "never";
    }

    static boolean work() throws InterruptedException, ExecutionException {
      BEGUN.incrementAndGet();
      Greenlets.await(gate);
      DONE.incrementAndGet();
      return true;
    }
  }

  @Component
  @EnableAsync(proxyTargetClass = true)
  static class Post {
    @Async("greenletTaskExecutor")
    public void send() {
      try {
        Mail.work();
      } catch (InterruptedException | ExecutionException failure) {
        throw new IllegalStateException(failure);
      }
    }
  }
}
