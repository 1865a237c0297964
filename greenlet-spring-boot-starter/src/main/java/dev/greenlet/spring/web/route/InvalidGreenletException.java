package dev.greenlet.spring.web.route;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a {@code @Greenlet} annotation makes no sense. Stops the start of the application.
 */
public final class InvalidGreenletException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final String remedy;

  /**
   * Creates an exception.
   *
   * @param method the handler method
   * @param problem what is wrong: the attribute, what it must be, what it was
   * @param remedy what to do about it
   * @param cause what was thrown, or {@code null}
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

  /** The same of a class, all of whose methods it concerns. */
  InvalidGreenletException on(Class<?> type) {
    return new InvalidGreenletException(type.getName(), problem, remedy, getCause());
  }

  /**
   * What to do about it.
   *
   * @return one or more sentences
   */
  public String remedy() {
    return remedy;
  }
}
