package dev.greenlet.spring.web.scope;

import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.route.InvalidGreenletException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;

/** How long the requests of handler methods may take, by their annotations. Thread-safe. */
public final class Timeouts {
  private final UnaryOperator<String> placeholders;
  private final ConcurrentMap<HandlerMethod, Optional<Duration>> known = new ConcurrentHashMap<>();

  /**
   * Creates timeouts.
   *
   * @param placeholders puts properties in the place of their names, and throws {@link
   *     IllegalArgumentException} for one that is not there
   */
  public Timeouts(UnaryOperator<String> placeholders) {
    this.placeholders = placeholders;
  }

  /**
   * How long requests of a handler may take, or {@code null} if its annotation does not say.
   *
   * @throws InvalidGreenletException if what it says makes no sense
   */
  @Nullable Duration of(HandlerMethod handler) {
    return known.computeIfAbsent(handler, each -> Optional.ofNullable(read(each))).orElse(null);
  }

  private @Nullable Duration read(HandlerMethod handler) {
    Method method = handler.getMethod();
    Greenlet greenlet = AnnotatedElementUtils.findMergedAnnotation(method, Greenlet.class);
    if (greenlet == null) {
      greenlet = AnnotatedElementUtils.findMergedAnnotation(handler.getBeanType(), Greenlet.class);
    }
    return greenlet == null || greenlet.timeout().isEmpty()
        ? null
        : parse(greenlet.timeout(), method);
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
        "'timeout' must be a duration of more than 0, was '%s'%s"
            .formatted(text, cause == null ? "" : ": " + cause.getMessage()),
        "Write it with its unit, as in timeout = \"200ms\", or name a property that holds one, as"
            + " in timeout = \"${quotes.timeout}\".",
        cause);
  }
}
