package dev.greenlet.spring.placement;

import java.lang.reflect.Method;
import java.util.Collection;

/** The methods of beans that handle requests of Spring MVC. */
@FunctionalInterface
public interface Handlers {

  /**
   * Returns the handler methods of a bean.
   *
   * @param bean the name of the bean
   * @return the methods; empty if the bean is no controller
   */
  Collection<Method> of(String bean);
}
