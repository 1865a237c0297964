package dev.greenlet.spring.jdbc;

import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Points the driver of every pool that is a bean at hub sockets, once the pool is configured and
 * before it starts.
 *
 * <p>Thread-safe.
 */
public final class DriverSocketsPostProcessor implements BeanPostProcessor {
  private final Supplier<DriverSockets> sockets;

  /**
   * Creates a post processor.
   *
   * @param sockets gives what points drivers at hub sockets; asked when the first data source comes
   */
  public DriverSocketsPostProcessor(Supplier<DriverSockets> sockets) {
    this.sockets = sockets;
  }

  /**
   * Offers hub sockets to a data source.
   *
   * @param bean any bean
   * @param beanName its name
   * @return the bean
   */
  @Override
  public Object postProcessBeforeInitialization(Object bean, String beanName) {
    if (bean instanceof DataSource dataSource) {
      sockets.get().offer(dataSource, beanName);
    }
    return bean;
  }
}
