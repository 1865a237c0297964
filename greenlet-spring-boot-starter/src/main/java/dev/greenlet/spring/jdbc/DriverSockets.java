package dev.greenlet.spring.jdbc;

import dev.greenlet.net.HubSocketFactory;
import java.io.IOException;
import javax.net.SocketFactory;
import javax.sql.DataSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Makes the drivers of pools use hub sockets, on which a wait costs a hub the least: the drivers of
 * PostgreSQL, MariaDB and MySQL, by their property {@code socketFactory}, unless the application
 * has set a socket factory. The driver adds TLS to these sockets as to any other. All other drivers
 * use sockets of the JDK.
 *
 * <p>Thread-safe; no method blocks.
 */
public final class DriverSockets {
  private static final Log logger = LogFactory.getLog(DriverSockets.class);

  // by name, as the class can be loaded only with the driver
  private static final String MYSQL_FACTORY = "dev.greenlet.spring.jdbc.MySqlHubSocketFactory";

  private final SocketFactory factory;
  private final String mySqlFactory;

  /** Creates an instance that uses {@link HubSocketFactory}. */
  public DriverSockets() {
    this(new HubSocketFactory(), MYSQL_FACTORY);
  }

  DriverSockets(SocketFactory factory, String mySqlFactory) {
    this.factory = factory;
    this.mySqlFactory = mySqlFactory;
  }

  /**
   * Makes the driver of a pool use hub sockets, if it supports them. To be called before the pool
   * makes its first connection. Logs the pools of known drivers that stay on the sockets of the
   * JDK.
   *
   * @param dataSource the pool; any other data source is left unchanged
   * @param beanName the name of its bean, for the log
   */
  public void configure(DataSource dataSource, String beanName) {
    if (!(Pools.find(dataSource) instanceof DriverConfig driver)) {
      logUnchanged(beanName, "it is not a pool whose driver can be configured");
      return;
    }
    String url = driver.url();
    SocketOption option = url == null ? null : SocketOption.of(url);
    if (url == null || option == null) {
      logUnchanged(beanName, "its driver is not known to support a socket factory");
    } else if (driver.has(SocketOption.PROPERTY) || SocketOption.has(url, SocketOption.PROPERTY)) {
      logUnchanged(beanName, "its socket factory is set");
    } else if (driver.isStarted()) {
      logger.info(
          "Connections of '%1$s' use sockets of the JDK: the pool was started before it became a bean. For hub sockets, set the driver property %2$s=%3$s"
              .formatted(beanName, SocketOption.PROPERTY, factoryFor(option)));
    } else if (works(beanName)) {
      driver.set(SocketOption.PROPERTY, factoryFor(option));
    }
  }

  private static void logUnchanged(String beanName, String reason) {
    logger.debug("Connections of '%s' use sockets of the JDK: %s".formatted(beanName, reason));
  }

  private String factoryFor(SocketOption option) {
    return switch (option) {
      case POSTGRESQL, MARIADB -> factory.getClass().getName();
      case MYSQL -> mySqlFactory;
    };
  }

  private boolean works(String beanName) {
    try {
      factory.createSocket().close();
      return true;
    } catch (IOException | RuntimeException failure) {
      logger.warn(
          "Connections of '%s' use sockets of the JDK: %s failed to create a socket (%s)"
              .formatted(beanName, factory.getClass().getName(), failure));
      return false;
    }
  }
}
