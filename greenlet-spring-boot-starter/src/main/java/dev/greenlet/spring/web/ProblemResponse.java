package dev.greenlet.spring.web;

import dev.greenlet.Greenlets;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.json.JsonWriter;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;

/**
 * Answers with a problem detail (RFC 9457) from where Spring MVC does not reach: the filters. It
 * needs no JSON library, so that an application without one is told the same.
 */
public final class ProblemResponse {
  private static final URI NO_TYPE = URI.create("about:blank"); // the status says it all

  /** What a client reads of a request that was cancelled. */
  public static final String CANCELLED = "Was told to end before it was done.";

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
   * Answers a request that was cancelled with 503, instead of what has been written for it. The
   * calling greenlet may be killed, or out of time.
   *
   * @param detail what to tell the client
   * @param response where to; not committed
   * @throws IOException if the client does not take it
   */
  public static void writeUnavailable(String detail, HttpServletResponse response)
      throws IOException {
    response.reset();
    write(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, detail), response);
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
