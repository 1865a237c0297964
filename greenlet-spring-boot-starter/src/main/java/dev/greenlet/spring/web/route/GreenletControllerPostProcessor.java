package dev.greenlet.spring.web.route;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.web.turn.KeyedTurns;
import java.lang.reflect.Method;
import java.util.function.Supplier;
import org.springframework.aop.ClassFilter;
import org.springframework.aop.MethodMatcher;
import org.springframework.aop.Pointcut;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcher;
import org.springframework.util.function.SingletonSupplier;

/**
 * Puts the {@link GreenletAdvice} around the handler methods of controllers that have opted in,
 * outside of every other advice, so that a transaction begins on the lane where it goes on. Reads
 * all annotations when the controllers are created, so that a wrong one stops the start.
 */
public final class GreenletControllerPostProcessor
    extends AbstractBeanFactoryAwareAdvisingPostProcessor {
  private static final long serialVersionUID = 1L;

  /**
   * Creates a post-processor.
   *
   * @param routes the routes, asked for when the first controller is created
   * @param runtime where the greenlets live, asked for when the first request comes
   * @param turns the turns of exclusive requests, asked for when the first one comes
   */
  public GreenletControllerPostProcessor(
      Supplier<RouteTable> routes, Supplier<GreenletRuntime> runtime, Supplier<KeyedTurns> turns) {
    Supplier<RouteTable> table = SingletonSupplier.of(routes);
    this.advisor =
        new DefaultPointcutAdvisor(
            new HandlerMethods(table), new GreenletAdvice(table, new RoutedCalls(runtime, turns)));
    setBeforeExistingAdvisors(true);
    setProxyTargetClass(true);
  }

  private record HandlerMethods(Supplier<RouteTable> routes) implements Pointcut {
    @Override
    public ClassFilter getClassFilter() {
      return RouteTable::isController;
    }

    @Override
    public MethodMatcher getMethodMatcher() {
      return new StaticMethodMatcher() {
        @Override
        public boolean matches(Method method, Class<?> targetClass) {
          return routes.get().find(method, targetClass) != null;
        }
      };
    }
  }
}
