package dev.greenlet.spring.autoconfigure.jdbc;

import dev.greenlet.spring.autoconfigure.GreenletProperties;
import dev.greenlet.spring.autoconfigure.PropertyChecks;
import dev.greenlet.spring.jdbc.DriverSockets;
import dev.greenlet.spring.jdbc.DriverSocketsPostProcessor;
import dev.greenlet.spring.jdbc.PoolGates;
import dev.greenlet.spring.jdbc.PoolMetrics;
import dev.greenlet.spring.jdbc.SwitchPointDataSourcePostProcessor;
import dev.greenlet.spring.jdbc.SwitchPointJdbcListener;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.proxy.JdbcProxyFactory;
import net.ttddyy.observation.boot.autoconfigure.JdbcProperties;
import net.ttddyy.observation.boot.autoconfigure.JdbcProperties.TraceType;
import net.ttddyy.observation.boot.autoconfigure.ProxyDataSourceBuilderCustomizer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration that makes the blocking calls of every {@link DataSource} switch points, lets
 * drivers use hub sockets, and queues callers in front of connection pools.
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

  /** Ordered before other listeners, which would not finish what they begin for a rejected call. */
  @Bean
  @ConditionalOnMissingBean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  SwitchPointJdbcListener switchPointJdbcListener(GreenletJdbcProperties properties) {
    return new SwitchPointJdbcListener(
        PropertyChecks.positive("greenlet.jdbc.cancel-patience", properties.cancelPatience()));
  }

  @Bean
  @ConditionalOnMissingBean
  PoolGates poolGates(
      GreenletJdbcProperties properties, ObjectProvider<GreenletProperties> greenlets) {
    properties
        .gateWidth()
        .forEach(
            (name, width) -> PropertyChecks.atLeastOne("greenlet.jdbc.gate-width." + name, width));
    return new PoolGates(
        properties.gate(), properties.gateWidth(), onDeadlock(greenlets.getIfAvailable()));
  }

  private static PoolGates.OnDeadlock onDeadlock(@Nullable GreenletProperties greenlets) {
    return greenlets != null && greenlets.stuck() == GreenletProperties.Stuck.FAIL
        ? PoolGates.OnDeadlock.FAIL
        : PoolGates.OnDeadlock.WARN;
  }

  @Bean
  @ConditionalOnMissingBean
  static SwitchPointDataSourcePostProcessor switchPointDataSourcePostProcessor(
      ObjectProvider<SwitchPointJdbcListener> listener, ObjectProvider<PoolGates> gates) {
    return new SwitchPointDataSourcePostProcessor(listener::getObject, gates::getObject);
  }

  @Bean
  @ConditionalOnMissingBean
  DriverSockets driverSockets() {
    return new DriverSockets();
  }

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnBooleanProperty(name = "greenlet.jdbc.sockets", matchIfMissing = true)
  static DriverSocketsPostProcessor driverSocketsPostProcessor(
      ObjectProvider<DriverSockets> sockets) {
    return new DriverSocketsPostProcessor(sockets::getObject);
  }

  @Bean
  static SmartInitializingSingleton unknownPoolWarning(
      GreenletJdbcProperties properties, ListableBeanFactory beans) {
    return () -> {
      Set<String> known = Set.of(beans.getBeanNamesForType(DataSource.class, true, false));
      Set<String> unknown = new TreeSet<>(properties.gateWidth().keySet());
      unknown.removeAll(known);
      for (String name : unknown) {
        logger.warn(
            "'greenlet.jdbc.gate-width.%s' has no effect: no DataSource bean has that name, there is %s"
                .formatted(name, new TreeSet<>(known)));
      }
    };
  }

  /**
   * The proxies of datasource-micrometer, which use the listener because it is a bean; proxies that
   * they lack are added.
   */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ProxyDataSourceBuilderCustomizer.class)
  @ConditionalOnBooleanProperty(name = "jdbc.datasource-proxy.enabled", matchIfMissing = true)
  static class WithDatasourceMicrometer {

    @Bean
    ProxyDataSourceBuilderCustomizer switchPointsOfResultSets(
        ObjectProvider<JdbcProperties> properties,
        ObjectProvider<SwitchPointJdbcListener> listeners) {
      return (builder, dataSource, beanName, dataSourceName) -> {
        JdbcProperties observed = properties.getObject();
        SwitchPointJdbcListener listener = listeners.getObject();
        if (!observed.getIncludes().contains(TraceType.FETCH)) {
          builder.proxyResultSet(listener.resultSets());
        }
        if (!observed.getIncludes().contains(TraceType.KEYS)) {
          builder.proxyGeneratedKeys(listener.resultSets());
        }
      };
    }
  }

  /** The meters. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterBinder.class)
  static class MetricsConfiguration {
    @Bean
    @ConditionalOnMissingBean
    PoolMetrics greenletPoolMetrics(PoolGates gates) {
      return new PoolMetrics(gates);
    }
  }
}
