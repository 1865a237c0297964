package dev.greenlet.spring.web.coroutine;

import java.lang.reflect.Method;
import org.reactivestreams.Publisher;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/** What can be said of suspending functions before they are called. */
public final class SuspendingHandlers {
  private static final String FLOW = "kotlinx.coroutines.flow.Flow";

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
    return !Publisher.class.isAssignableFrom(returned)
        && ClassUtils.getAllInterfacesForClassAsSet(returned).stream()
            .noneMatch(type -> type.getName().equals(FLOW));
  }
}
