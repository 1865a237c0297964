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
 * Writes problem details (RFC 9457) as responses in filters, outside of Spring MVC. It needs no
 * JSON library, so that an application without one sends the same. The methods are called on the
 * thread that handles the request.
 */
public final class ProblemResponse {
  private static final URI NO_TYPE = URI.create("about:blank"); // only the status is significant
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
   * Responds that the request was cancelled, in place of what has been written. The calling
   * greenlet may be killed, or its deadline may have expired.
   *
   * @param response the response; not committed
   * @throws IOException if the response cannot be written
   */
  public static void replaceByCancelled(HttpServletResponse response) throws IOException {
    replace(Problem.CANCELLED.with("The request was cancelled before it completed."), response);
  }

  /**
   * Responds with a problem and {@code Retry-After}, in place of what has been written. The calling
   * greenlet may be killed, or its deadline may have expired.
   *
   * @param problem the problem
   * @param response the response; not committed
   * @throws IOException if the response cannot be written
   */
  public static void replace(ProblemDetail problem, HttpServletResponse response)
      throws IOException {
    response.reset();
    retryAfter(RETRY_AFTER, response);
    write(problem, response);
  }

  /**
   * Sets {@code Retry-After}, after which the client may repeat its request. The value is rounded
   * up to whole seconds, and at least one, as a client would repeat the request at once after 0.
   *
   * @param delay the delay
   * @param response the response; not committed
   */
  public static void retryAfter(Duration delay, HttpServletResponse response) {
    long seconds = Math.max(1, delay.plusMillis(999).toSeconds());
    response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
  }

  /**
   * Writes a response with the status and the text of a problem, which a kill or an expired
   * deadline does not cut off. Headers that were set stay. Does nothing if the response is
   * committed.
   *
   * @param problem the problem
   * @param response the response
   * @throws IOException if the response cannot be written
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
