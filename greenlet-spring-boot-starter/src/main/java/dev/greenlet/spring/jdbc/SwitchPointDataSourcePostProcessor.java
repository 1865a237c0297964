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
 * Makes the connections of every {@link DataSource} bean those whose calls are switch points. The
 * bean keeps its class, so that whoever wants its {@code HikariDataSource} still gets one, except
 * where that class cannot be extended: then it keeps its interfaces. Before each pool stands a
 * gate.
 *
 * <p>Not ordered, which means after all that are: so that the connections are proxied outside of
 * what others do to them, and not again if they have the listener already.
 *
 * <p>Thread-safe once it is initialised.
 */
public final class SwitchPointDataSourcePostProcessor
    implements BeanPostProcessor, BeanClassLoaderAware {
  private final Supplier<SwitchPointJdbcListener> listener;
  private final Supplier<PoolGates> gates;
  private @Nullable ClassLoader classLoader = ClassUtils.getDefaultClassLoader();

  /**
   * Creates a post processor.
   *
   * @param listener gives what enters the switch points; asked when the first data source comes
   * @param gates gives what makes the gates before pools; asked when the first data source comes
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
    Gate gate = gates.get().before(dataSource, beanName, switching.loans());
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

  /** A final method would run on the proxy itself, whose fields are empty. */
  private static boolean isExtensible(Class<?> type) {
    return !Modifier.isFinal(type.getModifiers())
        && !type.isSealed()
        && Arrays.stream(type.getMethods())
            .filter(method -> method.getDeclaringClass() != Object.class)
            .map(Method::getModifiers)
            .noneMatch(modifiers -> Modifier.isFinal(modifiers) && !Modifier.isStatic(modifiers));
  }

  /** Takes connections through the gate from the proxy and leaves everything else to the bean. */
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
