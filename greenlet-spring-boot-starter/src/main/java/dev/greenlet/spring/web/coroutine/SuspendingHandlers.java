package dev.greenlet.spring.web.coroutine;

import java.lang.reflect.Method;
import kotlinx.coroutines.flow.Flow;
import org.reactivestreams.Publisher;
import org.springframework.core.ResolvableType;

/** Tells suspending functions apart before they are called. Needs Kotlin's coroutines. */
public final class SuspendingHandlers {
  private SuspendingHandlers() {}

  /**
   * Returns whether a suspending function returns one value. The values of a {@code Flow} or a
   * {@code Publisher} come when the coroutine is complete, wherever their source runs.
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
