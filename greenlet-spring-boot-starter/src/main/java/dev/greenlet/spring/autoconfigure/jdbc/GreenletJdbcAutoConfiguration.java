package dev.greenlet.spring.autoconfigure.jdbc;

import dev.greenlet.spring.jdbc.SwitchPointDataSourcePostProcessor;
import dev.greenlet.spring.jdbc.SwitchPointJdbcListener;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.proxy.JdbcProxyFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Auto-configuration that makes the blocking calls of every {@link DataSource} switch points. */
@AutoConfiguration
@ConditionalOnClass({DataSource.class, JdbcProxyFactory.class})
@ConditionalOnBooleanProperty(
    name = {"greenlet.enabled", "greenlet.jdbc.enabled"},
    matchIfMissing = true)
public final class GreenletJdbcAutoConfiguration {

  GreenletJdbcAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  SwitchPointJdbcListener switchPointJdbcListener() {
    return new SwitchPointJdbcListener();
  }

  @Bean
  @ConditionalOnMissingBean
  static SwitchPointDataSourcePostProcessor switchPointDataSourcePostProcessor(
      ObjectProvider<SwitchPointJdbcListener> listener) {
    return new SwitchPointDataSourcePostProcessor(listener::getObject);
  }
}
