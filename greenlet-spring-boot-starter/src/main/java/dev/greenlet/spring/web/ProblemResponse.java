package dev.greenlet.spring.web;

import dev.greenlet.Greenlets;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.json.JsonWriter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;

/**
 * Answers with a problem detail (RFC 9457) from where Spring MVC does not reach: the filters. It
 * needs no JSON library, so that an application without one is told the same.
 */
public final class ProblemResponse {
  private static final URI NO_TYPE = URI.create("about:blank"); // the status says it all
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private static final JsonWriter<ProblemDetail> JSON =
      JsonWriter.of(
          members -> {
            members.add("type", problem -> Objects.requireNonNullElse(problem.getType(), NO_TYPE));
            members.add("title", ProblemDetail::getTitle).whenNotNull();
            members.add("status", ProblemDetail::getStatus);
            members.add("detail", ProblemDetail::getDetail).whenNotNull();
          });

  private ProblemResponse() {}

  /**
   * Answers a request that was killed, in place of what has been written for it. The calling
   * greenlet may be killed, or out of time.
   *
   * @param response where to; not committed
   * @throws IOException if the client does not take it
   */
  public static void replaceByCancelled(HttpServletResponse response) throws IOException {
    replace(Problem.CANCELLED.with("The request was cancelled before it completed."), response);
  }

  /**
   * Answers a request with a problem and {@code Retry-After}, in place of what has been written for
   * it. The calling greenlet may be killed, or out of time.
   *
   * @param problem what to tell the client
   * @param response where to; not committed
   * @throws IOException if the client does not take it
   */
  public static void replace(ProblemDetail problem, HttpServletResponse response)
      throws IOException {
    response.reset();
    retryAfter(RETRY_AFTER, response);
    write(problem, response);
  }

  /**
   * Says when the client may repeat its request: in whole seconds, of which there is at least one,
   * for a client would repeat it at once after 0.
   *
   * @param delay how much later
   * @param response where to; not committed
   */
  public static void retryAfter(Duration delay, HttpServletResponse response) {
    long seconds = Math.max(1, delay.plusMillis(999).toSeconds());
    response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
  }

  /**
   * Writes an answer of a problem's status and text, which a kill or the end of a deadline does not
   * cut. Headers that were set stay. Does nothing if the response is committed.
   *
   * @param problem what to tell the client
   * @param response where to
   * @throws IOException if the client does not take it
   */
  public static void write(ProblemDetail problem, HttpServletResponse response) throws IOException {
    if (response.isCommitted()) {
      return;
    }
    byte[] body = JSON.writeToString(problem).getBytes(StandardCharsets.UTF_8);
    response.resetBuffer();
    response.setStatus(problem.getStatus());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.setContentLength(body.length);
    Greenlets.<@Nullable Void, IOException>shielded(
        () -> {
          response.getOutputStream().write(body);
          return null;
        });
  }
}
