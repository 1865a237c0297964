package dev.greenlet.spring.web.route;

import dev.greenlet.spring.Greenlet;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/**
 * Reads the time limits of annotations. Thread-safe.
 *
 * @param placeholders replaces placeholders by the values of properties
 */
record TimeLimits(UnaryOperator<String> placeholders) {

  /**
   * Returns the time limit, or {@code null} if the annotation has none.
   *
   * @throws InvalidGreenletException if the timeout is not a positive duration
   */
  @Nullable Duration of(Greenlet greenlet, Method handler) {
    return greenlet.timeout().isEmpty() ? null : parse(greenlet.timeout(), handler);
  }

  private Duration parse(String text, Method method) {
    Duration timeout;
    try {
      timeout = DurationStyle.detectAndParse(placeholders.apply(text));
    } catch (IllegalArgumentException failure) {
      throw invalid(text, method, failure);
    }
    if (!timeout.isPositive()) {
      throw invalid(text, method, null);
    }
    return timeout;
  }

  private static InvalidGreenletException invalid(
      String text, Method method, @Nullable Throwable cause) {
    return new InvalidGreenletException(
        method,
        "'timeout' must be a positive duration, was '%s'%s"
            .formatted(text, cause == null ? "" : ": " + cause.getMessage()),
        "Write it with its unit, as in timeout = \"200ms\", or use a property, as in"
            + " timeout = \"${quotes.timeout}\".",
        cause);
  }
}
