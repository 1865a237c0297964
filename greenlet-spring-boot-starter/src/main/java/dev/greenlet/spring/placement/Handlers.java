package dev.greenlet.spring.placement;

import java.lang.reflect.Method;
import java.util.Collection;

/**
 * A lookup of the methods of beans that handle requests of Spring MVC. Called at the start only.
 */
@FunctionalInterface
public interface Handlers {

  /**
   * Returns the handler methods of a bean.
   *
   * @param bean the name of the bean
   * @return the methods; empty if the bean is not a controller
   */
  Collection<Method> of(String bean);
}
