package dev.greenlet.spring.web.admission;

import dev.greenlet.spring.web.Problem;
import java.time.Duration;
import org.springframework.http.ProblemDetail;

/** No admission, and why. */
sealed interface Refusal extends AdmissionResult {

  /** The reason with its numbers, for the client. */
  ProblemDetail problem();

  /** All places in the queue were taken. */
  record QueueFull(int live, int waiting) implements Refusal {
    @Override
    public ProblemDetail problem() {
      return Problem.QUEUE_FULL.with(
          "%d requests run and %d are queued: the queue is full.".formatted(live, waiting));
    }
  }

  /** Nobody made room in time. */
  record QueueTimeout(Duration time, int live) implements Refusal {
    @Override
    public ProblemDetail problem() {
      return Problem.QUEUE_TIMED_OUT.with(
          "The request was queued for %d ms, and %d requests still run."
              .formatted(time.toMillis(), live));
    }
  }

  /** It was killed, or interrupted, while it waited. */
  record Cancelled() implements Refusal {
    @Override
    public ProblemDetail problem() {
      return Problem.CANCELLED.with("The request was cancelled while it was queued.");
    }
  }
}
