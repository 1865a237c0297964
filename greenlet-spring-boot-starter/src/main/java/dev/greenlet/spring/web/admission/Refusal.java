package dev.greenlet.spring.web.admission;

import java.time.Duration;

/** No admission, and why. */
sealed interface Refusal extends Entry {

  /** The reason with its numbers, for the client. */
  String detail();

  /** All places in line were taken. */
  record LineFull(int live, int waiting) implements Refusal {
    @Override
    public String detail() {
      return "%d requests are live and %d wait in line: there is no room for more."
          .formatted(live, waiting);
    }
  }

  /** Nobody made room in time. */
  record WaitedTooLong(Duration time, int live) implements Refusal {
    @Override
    public String detail() {
      return "Waited %d ms in line, and still %d requests are live."
          .formatted(time.toMillis(), live);
    }
  }

  /** It was killed, or interrupted, while it waited. */
  record ToldToEnd() implements Refusal {
    @Override
    public String detail() {
      return "Was told to end while it waited in line.";
    }
  }
}
