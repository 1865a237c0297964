package dev.greenlet.spring.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests at a constant rate, independently of earlier responses, and measures each one from
 * the time at which it was due, so that a late send counts.
 */
final class ConstantRate implements AutoCloseable {
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(30))
          .build();
  private final HttpRequest request;

  ConstantRate(int port, String path) {
    request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .timeout(Duration.ofSeconds(60))
            .build();
  }

  /** The result of one request. */
  record Answer(int status, Duration time) {
    /** The status of a request without a response. */
    static final int NONE = -1;
  }

  List<Answer> send(int perSecond, Duration howLong) {
    int count = (int) (perSecond * howLong.toMillis() / 1000);
    long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
    long start = System.nanoTime();
    List<CompletableFuture<Answer>> answers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long due = start + i * interval;
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      answers.add(sendOne(due));
    }
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private CompletableFuture<Answer> sendOne(long due) {
    return client
        .sendAsync(request, BodyHandlers.discarding())
        .handle(
            (response, failure) ->
                new Answer(
                    failure == null ? response.statusCode() : Answer.NONE,
                    Duration.ofNanos(System.nanoTime() - due)));
  }

  /** The 99th percentile of the times. */
  static Duration p99(List<Answer> answers) {
    List<Duration> times = answers.stream().map(Answer::time).sorted().toList();
    return times.get((int) Math.ceil(times.size() * 0.99) - 1);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
