package dev.greenlet.spring.web.coroutine;

import java.lang.reflect.Method;
import kotlinx.coroutines.flow.Flow;
import org.reactivestreams.Publisher;
import org.springframework.core.ResolvableType;

/**
 * Classifies suspending functions before they are called. Needs Kotlin's coroutines. Thread-safe.
 */
public final class SuspendingHandlers {
  private SuspendingHandlers() {}

  /**
   * Returns whether a suspending function returns one value. The values of a {@code Flow} or a
   * {@code Publisher} are emitted after the coroutine is complete, on the threads of their source.
   *
   * @param handler a suspending function
   * @return whether it returns one value
   */
  public static boolean returnsOneValue(Method handler) {
    Class<?> returned =
        ResolvableType.forMethodParameter(handler, handler.getParameterCount() - 1)
            .getGeneric(0)
            .toClass();
    return !Publisher.class.isAssignableFrom(returned) && !Flow.class.isAssignableFrom(returned);
  }
}
