package dev.greenlet.spring.autoconfigure.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.jdbc.SwitchPointDataSourcePostProcessor;
import dev.greenlet.spring.jdbc.SwitchPointJdbcListener;
import java.sql.Connection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.proxy.ProxyJdbcObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.Advised;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@ExtendWith(OutputCaptureExtension.class)
class GreenletJdbcAutoConfigurationTests {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withPropertyValues(
              "spring.datasource.url=" + TestPostgres.url(),
              "spring.datasource.hikari.maximum-pool-size=2")
          .withConfiguration(
              AutoConfigurations.of(
                  GreenletJdbcAutoConfiguration.class,
                  DataSourceAutoConfiguration.class,
                  JdbcTemplateAutoConfiguration.class,
                  DataSourceTransactionManagerAutoConfiguration.class));

  @Test
  void theDataSourceOfBootSwitchesAndKeepsItsClass() {
    runner.run(
        context -> {
          assertThat(context).hasSingleBean(SwitchPointJdbcListener.class);
          HikariDataSource dataSource = context.getBean(HikariDataSource.class);
          try (Connection connection = dataSource.getConnection()) {
            assertThat(connection).isInstanceOf(ProxyJdbcObject.class);
          }
          assertThat(dataSource.getHikariPoolMXBean().getActiveConnections()).isZero();
        });
  }

  @Test
  void transactionsOfSpringWork() {
    runner.run(
        context -> {
          JdbcTemplate template = context.getBean(JdbcTemplate.class);
          TransactionTemplate transactions =
              new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
          Long[] ids =
              transactions.execute(
                  status ->
                      new Long[] {
                        template.queryForObject("select txid_current()", Long.class),
                        template.queryForObject("select txid_current()", Long.class)
                      });

          assertThat(ids).hasSize(2).doesNotContainNull();
          assertThat(ids[0]).isEqualTo(ids[1]);
        });
  }

  @Test
  void thePoolIsClosedWithTheContext() {
    HikariDataSource[] pool = new HikariDataSource[1];
    runner.run(context -> pool[0] = context.getBean(HikariDataSource.class));

    assertThat(pool[0].isClosed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"greenlet.enabled=false", "greenlet.jdbc.enabled=false"})
  void isAbsentWhenSwitchedOff(String property) {
    runner
        .withPropertyValues(property)
        .run(
            context -> {
              assertThat(context)
                  .doesNotHaveBean(SwitchPointJdbcListener.class)
                  .doesNotHaveBean(SwitchPointDataSourcePostProcessor.class);
              assertThat(context.getBean(DataSource.class)).isNotInstanceOf(Advised.class);
            });
  }

  @Test
  void backsOffWhenTheApplicationHasAListener() {
    SwitchPointJdbcListener own = new SwitchPointJdbcListener();
    runner
        .withBean(SwitchPointJdbcListener.class, () -> own)
        .run(context -> assertThat(context).getBean(SwitchPointJdbcListener.class).isSameAs(own));
  }

  @Test
  void isAbsentWithoutDatasourceProxy() {
    runner
        .withClassLoader(new FilteredClassLoader("net.ttddyy.dsproxy"))
        .run(
            context -> {
              assertThat(context).doesNotHaveBean("switchPointJdbcListener");
              assertThat(context.getBean(DataSource.class)).isNotInstanceOf(Advised.class);
            });
  }

  @Test
  void driversArePointedAtHubSocketsUnlessSwitchedOff() {
    runner.run(
        context -> {
          assertThat(context.getBean(HikariDataSource.class).getDataSourceProperties())
              .containsEntry("socketFactory", "dev.greenlet.net.HubSocketFactory");
          assertThat(context.getBean(JdbcTemplate.class).queryForObject("select 1", Integer.class))
              .isOne();
        });
    runner
        .withPropertyValues("greenlet.jdbc.sockets=false")
        .run(
            context ->
                assertThat(context.getBean(HikariDataSource.class).getDataSourceProperties())
                    .doesNotContainKey("socketFactory"));
  }

  @Test
  void aWidthForAnUnknownPoolIsNamed(CapturedOutput output) {
    runner
        .withPropertyValues("greenlet.jdbc.gate-width.other=2")
        .run(
            context ->
                assertThat(output)
                    .contains(
                        "'greenlet.jdbc.gate-width.other' has no effect: no DataSource bean has"
                            + " that name, there is [dataSource]"));
  }

  @Test
  void aWidthBelowOneIsRejected() {
    runner
        .withPropertyValues("greenlet.jdbc.gate-width.dataSource=0")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                    .hasMessageContaining(
                        "'greenlet.jdbc.gate-width.dataSource' must be at least 1, was 0."));
  }

  @Test
  void aCancelPatienceOfNoneIsRejected() {
    runner
        .withPropertyValues("greenlet.jdbc.cancel-patience=0s")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                    .hasMessageContaining("'greenlet.jdbc.cancel-patience' must be positive"));
  }

  @Test
  void theGateFollowsItsProperties() {
    runner
        .withPropertyValues(
            "greenlet.jdbc.gate-width.dataSource=1",
            "spring.datasource.hikari.connection-timeout=300")
        .run(
            context -> {
              DataSource dataSource = context.getBean(DataSource.class);
              try (Connection taken = dataSource.getConnection()) {
                FutureTask<Connection> second = new FutureTask<>(dataSource::getConnection);
                Thread.startVirtualThread(second);
                assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(second::get)
                    .withMessageContaining("in the queue in front of the pool");
                assertThat(taken.isValid(5)).isTrue();
              }
            });
  }
}
