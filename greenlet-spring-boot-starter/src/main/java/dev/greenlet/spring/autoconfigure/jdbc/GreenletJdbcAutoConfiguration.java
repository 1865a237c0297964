package dev.greenlet.spring.autoconfigure.jdbc;

import dev.greenlet.spring.jdbc.PoolGates;
import dev.greenlet.spring.jdbc.SwitchPointDataSourcePostProcessor;
import dev.greenlet.spring.jdbc.SwitchPointJdbcListener;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.proxy.JdbcProxyFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration that makes the blocking calls of every {@link DataSource} switch points, and
 * lets those who want a connection stand in a line before its pool.
 */
@AutoConfiguration(
    afterName = "net.ttddyy.observation.boot.autoconfigure.DataSourceObservationAutoConfiguration")
@ConditionalOnClass({DataSource.class, JdbcProxyFactory.class})
@ConditionalOnBooleanProperty(
    name = {"greenlet.enabled", "greenlet.jdbc.enabled"},
    matchIfMissing = true)
@EnableConfigurationProperties(GreenletJdbcProperties.class)
public final class GreenletJdbcAutoConfiguration {
  private static final Log logger = LogFactory.getLog(GreenletJdbcAutoConfiguration.class);

  GreenletJdbcAutoConfiguration() {}

  /** Before other listeners: what they begin when it has refused the call, nobody would end. */
  @Bean
  @ConditionalOnMissingBean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  SwitchPointJdbcListener switchPointJdbcListener() {
    return new SwitchPointJdbcListener();
  }

  @Bean
  @ConditionalOnMissingBean
  PoolGates poolGates(GreenletJdbcProperties properties) {
    properties
        .getGateWidth()
        .forEach(
            (name, width) -> {
              if (width < 1) {
                throw new InvalidConfigurationPropertyValueException(
                    "greenlet.jdbc.gate-width." + name,
                    width,
                    "It must be at least 1, or nobody gets a connection.");
              }
            });
    return new PoolGates(properties.isGate(), properties.getGateWidth());
  }

  @Bean
  @ConditionalOnMissingBean
  static SwitchPointDataSourcePostProcessor switchPointDataSourcePostProcessor(
      ObjectProvider<SwitchPointJdbcListener> listener, ObjectProvider<PoolGates> gates) {
    return new SwitchPointDataSourcePostProcessor(listener::getObject, gates::getObject);
  }

  @Bean
  static SmartInitializingSingleton unknownPoolWarning(
      GreenletJdbcProperties properties, ListableBeanFactory beans) {
    return () -> {
      Set<String> known = Set.of(beans.getBeanNamesForType(DataSource.class, true, false));
      Set<String> unknown = new TreeSet<>(properties.getGateWidth().keySet());
      unknown.removeAll(known);
      for (String name : unknown) {
        logger.warn(
            "'greenlet.jdbc.gate-width.%s' has no effect: no DataSource bean has that name, only %s"
                .formatted(name, new TreeSet<>(known)));
      }
    };
  }
}
