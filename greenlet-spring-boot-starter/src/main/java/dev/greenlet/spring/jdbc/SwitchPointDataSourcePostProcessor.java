package dev.greenlet.spring.jdbc;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopConfigException;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanClassLoaderAware;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.ClassUtils;

/**
 * Makes the calls of the connections of each {@link DataSource} bean switch points, and puts a gate
 * in front of each pool. The proxy extends the class of the bean, so that it can be injected as a
 * {@code HikariDataSource}, for example; if the class cannot be extended, the proxy implements its
 * interfaces.
 *
 * <p>Not ordered, so it runs after all ordered post-processors: its proxies are outside of theirs,
 * and connections that have the listener are not proxied again.
 *
 * <p>Thread-safe once it is initialised.
 */
public final class SwitchPointDataSourcePostProcessor
    implements BeanPostProcessor, BeanClassLoaderAware {
  private final Supplier<SwitchPointJdbcListener> listener;
  private final Supplier<PoolGates> gates;
  private @Nullable ClassLoader classLoader = ClassUtils.getDefaultClassLoader();

  /**
   * Creates a post-processor.
   *
   * @param listener supplies the listener that enters the switch points, first used for the first
   *     data source
   * @param gates supplies the factory of gates, first used for the first data source
   */
  public SwitchPointDataSourcePostProcessor(
      Supplier<SwitchPointJdbcListener> listener, Supplier<PoolGates> gates) {
    this.listener = listener;
    this.gates = gates;
  }

  @Override
  public void setBeanClassLoader(ClassLoader classLoader) {
    this.classLoader = classLoader;
  }

  /**
   * Replaces a data source by its proxy.
   *
   * @param bean any bean
   * @param beanName its name
   * @return the bean, or the proxy
   */
  @Override
  public Object postProcessAfterInitialization(Object bean, String beanName) {
    if (!(bean instanceof DataSource dataSource)
        || ScopedProxyUtils.isScopedTarget(beanName)
        || isProxied(dataSource)) {
      return bean;
    }
    SwitchPointJdbcListener switching = listener.get();
    DataSource connections = SwitchPointProxies.around(dataSource, beanName, switching);
    Gate gate = gates.get().gateOf(dataSource, beanName, switching.loans());
    PoolField field = Pools.field(dataSource);
    Object proxy = proxy(dataSource, new ConnectionAdvice(connections, gate, field));
    field.copyTo(proxy);
    return proxy;
  }

  static boolean isProxied(DataSource dataSource) {
    return dataSource instanceof Advised advised
        && Arrays.stream(advised.getAdvisors())
            .anyMatch(advisor -> advisor.getAdvice() instanceof ConnectionAdvice);
  }

  private Object proxy(DataSource target, ConnectionAdvice advice) {
    ProxyFactory proxies = new ProxyFactory(target);
    proxies.addAdvice(advice);
    if (isExtensible(ClassUtils.getUserClass(target))) {
      proxies.setProxyTargetClass(true);
      try {
        return proxies.getProxy(classLoader);
      } catch (AopConfigException notExtensible) {
        proxies.setProxyTargetClass(false);
      }
    }
    return proxies.getProxy(classLoader);
  }

  /**
   * Returns whether a class has no final methods: those would run on the proxy, whose fields are
   * not set.
   */
  private static boolean isExtensible(Class<?> type) {
    return !Modifier.isFinal(type.getModifiers())
        && !type.isSealed()
        && Arrays.stream(type.getMethods())
            .filter(method -> method.getDeclaringClass() != Object.class)
            .map(Method::getModifiers)
            .noneMatch(modifiers -> Modifier.isFinal(modifiers) && !Modifier.isStatic(modifiers));
  }

  /**
   * Gets connections of the proxied data source through the gate, and invokes all other methods on
   * the bean.
   */
  private record ConnectionAdvice(DataSource connections, Gate gate, PoolField field)
      implements MethodInterceptor {
    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
      Object result = call(invocation);
      if (invocation instanceof ProxyMethodInvocation called) {
        field.copyTo(called.getProxy());
      }
      return result;
    }

    private @Nullable Object call(MethodInvocation invocation) throws Throwable {
      return switch (invocation.getMethod().getName()) {
        case "getConnection" -> getConnection(invocation);
        case "setMetricsTrackerFactory" -> {
          @Nullable Object[] meters = invocation.getArguments();
          meters[0] = Pools.countQueue(meters[0], gate);
          yield invocation.proceed();
        }
        default -> invocation.proceed();
      };
    }

    private @Nullable Object getConnection(MethodInvocation invocation) throws Throwable {
      return switch (invocation.getArguments()) {
        case Object[] none when none.length == 0 -> gate.pass(connections::getConnection);
        case Object[] login
            when login.length == 2
                && login[0] instanceof String user
                && login[1] instanceof String password ->
            gate.pass(() -> connections.getConnection(user, password));
        default -> invocation.proceed();
      };
    }
  }
}
