package dev.greenlet.spring.web.admission;

import dev.greenlet.spring.web.Problem;
import java.time.Duration;
import org.springframework.http.ProblemDetail;

/** A rejected request, by the reason. Immutable. */
sealed interface Rejection extends AdmissionResult {

  /** Returns the problem details for the client. */
  ProblemDetail problem();

  /** The queue was full. */
  record QueueFull(int live, int waiting) implements Rejection {
    @Override
    public ProblemDetail problem() {
      return Problem.QUEUE_FULL.with(
          "Server busy: %d active requests, %d queued.".formatted(live, waiting));
    }
  }

  /** The request was not admitted in time. */
  record QueueTimeout(Duration time, int live) implements Rejection {
    @Override
    public ProblemDetail problem() {
      return Problem.QUEUE_TIMED_OUT.with(
          "The request timed out after %d ms in the queue: %d active requests."
              .formatted(time.toMillis(), live));
    }
  }

  /** The request was killed or interrupted while it was queued. */
  record Cancelled() implements Rejection {
    @Override
    public ProblemDetail problem() {
      return Problem.CANCELLED.with("The request was cancelled while it was queued.");
    }
  }
}
