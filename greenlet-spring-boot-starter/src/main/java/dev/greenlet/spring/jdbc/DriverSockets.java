package dev.greenlet.spring.jdbc;

import dev.greenlet.net.HubSocketFactory;
import java.io.IOException;
import javax.net.SocketFactory;
import javax.sql.DataSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Points the drivers of pools at hub sockets, on which a wait costs a hub the least: those of
 * PostgreSQL, MariaDB and MySQL, if the application has not chosen another socket factory, by their
 * property {@code socketFactory}. TLS is layered on these sockets by the driver, as on any. All
 * others wait on the sockets of the JDK.
 *
 * <p>Thread-safe.
 */
public final class DriverSockets {
  private static final Log logger = LogFactory.getLog(DriverSockets.class);

  // by its name, for the class is there only with the driver
  private static final String MYSQL_FACTORY = "dev.greenlet.spring.jdbc.MySqlHubSocketFactory";

  private final SocketFactory factory;
  private final String mySqlFactory;

  /** Creates what points drivers at hub sockets. */
  public DriverSockets() {
    this(new HubSocketFactory(), MYSQL_FACTORY);
  }

  DriverSockets(SocketFactory factory, String mySqlFactory) {
    this.factory = factory;
    this.mySqlFactory = mySqlFactory;
  }

  /**
   * Points the driver of a pool at hub sockets, if that can be done. It has to be before the pool
   * makes its first connection.
   *
   * @param dataSource the pool, or any other data source, which is left alone
   * @param beanName what to call it in the log
   */
  public void offer(DataSource dataSource, String beanName) {
    if (!(Pools.find(dataSource) instanceof DriverConfig driver)) {
      stay(beanName, "it is no pool that lets its driver be told");
      return;
    }
    String url = driver.url();
    SocketOption option = url == null ? null : SocketOption.of(url);
    if (url == null || option == null) {
      stay(beanName, "its driver is none that is known to take a socket factory");
    } else if (driver.has(SocketOption.PROPERTY) || SocketOption.has(url, SocketOption.PROPERTY)) {
      stay(beanName, "it has a socket factory of its own");
    } else if (driver.isStarted()) {
      logger.info(
          "Connections of '%1$s' wait on the sockets of the JDK: the pool was started before it became a bean. For hub sockets set its driver's property %2$s=%3$s"
              .formatted(beanName, SocketOption.PROPERTY, factoryFor(option)));
    } else if (works(beanName)) {
      driver.set(SocketOption.PROPERTY, factoryFor(option));
    }
  }

  private static void stay(String beanName, String reason) {
    logger.debug(
        "Connections of '%s' wait on the sockets of the JDK: %s".formatted(beanName, reason));
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
          "Connections of '%s' wait on the sockets of the JDK: %s makes none (%s)"
              .formatted(beanName, factory.getClass().getName(), failure));
      return false;
    }
  }
}
