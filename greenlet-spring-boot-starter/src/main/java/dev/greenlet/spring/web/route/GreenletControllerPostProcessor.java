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
   * @param routes the routes
   * @param runtime where the greenlets live, asked for when the first request comes
   * @param turns the turns of exclusive requests, asked for when the first one comes
   */
  public GreenletControllerPostProcessor(
      RouteTable routes, Supplier<GreenletRuntime> runtime, Supplier<KeyedTurns> turns) {
    this.advisor =
        new DefaultPointcutAdvisor(
            new HandlerMethods(routes),
            new GreenletAdvice(routes, new RoutedCalls(runtime, turns)));
    setBeforeExistingAdvisors(true);
    setProxyTargetClass(true);
  }

  private record HandlerMethods(RouteTable routes) implements Pointcut {
    @Override
    public ClassFilter getClassFilter() {
      return routes::isController;
    }

    @Override
    public MethodMatcher getMethodMatcher() {
      return new StaticMethodMatcher() {
        @Override
        public boolean matches(Method method, Class<?> targetClass) {
          return routes.find(method, targetClass) != null;
        }
      };
    }
  }
}
