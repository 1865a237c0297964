package dev.greenlet.spring.web.route;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** Thrown when a {@code @Greenlet} annotation is invalid. Prevents the start of the application. */
public final class InvalidGreenletException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final String remedy;

  /**
   * Creates an exception.
   *
   * @param method the handler method
   * @param problem the attribute, the constraint and the value
   * @param remedy the remedy
   * @param cause the cause, or {@code null}
   */
  public InvalidGreenletException(
      Method method, String problem, String remedy, @Nullable Throwable cause) {
    this(
        "%s.%s".formatted(method.getDeclaringClass().getName(), method.getName()),
        problem,
        remedy,
        cause);
  }

  private InvalidGreenletException(
      String annotated, String problem, String remedy, @Nullable Throwable cause) {
    super("@Greenlet on %s: %s".formatted(annotated, problem), cause);
    this.problem = problem;
    this.remedy = remedy;
  }

  /** Returns a copy whose message names the annotated class instead of the method. */
  InvalidGreenletException on(Class<?> type) {
    return new InvalidGreenletException(type.getName(), problem, remedy, getCause());
  }

  /**
   * Returns the remedy.
   *
   * @return one or more sentences
   */
  public String remedy() {
    return remedy;
  }
}
