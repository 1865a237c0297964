package dev.greenlet.spring.jdbc;

import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Makes the driver of each pool that is a bean use hub sockets, after the pool is configured and
 * before it starts.
 *
 * <p>Thread-safe.
 */
public final class DriverSocketsPostProcessor implements BeanPostProcessor {
  private final Supplier<DriverSockets> sockets;

  /**
   * Creates a post-processor.
   *
   * @param sockets supplies the configuration of drivers, first used for the first data source
   */
  public DriverSocketsPostProcessor(Supplier<DriverSockets> sockets) {
    this.sockets = sockets;
  }

  /**
   * Configures the driver of a data source.
   *
   * @param bean any bean
   * @param beanName its name
   * @return the bean
   */
  @Override
  public Object postProcessBeforeInitialization(Object bean, String beanName) {
    if (bean instanceof DataSource dataSource) {
      sockets.get().configure(dataSource, beanName);
    }
    return bean;
  }
}
