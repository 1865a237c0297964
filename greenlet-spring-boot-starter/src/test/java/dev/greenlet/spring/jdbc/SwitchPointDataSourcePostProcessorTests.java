package dev.greenlet.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.spring.TestPostgres;
import java.sql.Connection;
import java.util.Map;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.proxy.ProxyJdbcObject;
import org.junit.jupiter.api.Test;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class SwitchPointDataSourcePostProcessorTests {
  private final SwitchPointDataSourcePostProcessor postProcessor =
      new SwitchPointDataSourcePostProcessor(
          SwitchPointJdbcListener::new, () -> new PoolGates(true, Map.of()));

  @Test
  void theProxyOfAPoolHasTheTypeOfThePool() throws Exception {
    try (HikariDataSource pool = TestPostgres.pool("kept", 1)) {
      Object bean = postProcessor.postProcessAfterInitialization(pool, "dataSource");

      assertThat(bean).isInstanceOf(HikariDataSource.class).isNotSameAs(pool);
      HikariDataSource proxy = (HikariDataSource) bean;
      assertThat(proxy.getPoolName()).isEqualTo("kept");
      assertThat(proxy.isWrapperFor(HikariDataSource.class)).isTrue();
      assertThat(proxy.unwrap(HikariDataSource.class)).isSameAs(proxy);
      assertThat(
              DataSourceUnwrapper.unwrap(
                  (DataSource) proxy, HikariConfigMXBean.class, HikariDataSource.class))
          .isNotNull();
      try (Connection connection = proxy.getConnection()) {
        assertThat(connection).isInstanceOf(ProxyJdbcObject.class);
        assertThat(proxy.getHikariPoolMXBean().getActiveConnections()).isOne();
      }
      assertThat(proxy.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
  }

  @Test
  void userAndPasswordArePassedOn() throws Exception {
    DataSource proxy =
        (DataSource)
            postProcessor.postProcessAfterInitialization(
                new DelegatingDataSource(TestPostgres.dataSource()), "dataSource");
    try (Connection connection = proxy.getConnection("postgres", "postgres")) {
      assertThat(connection).isInstanceOf(ProxyJdbcObject.class);
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  @Test
  void aClassThatCannotBeExtendedKeepsItsInterfaces() throws Exception {
    for (DelegatingDataSource target :
        new DelegatingDataSource[] {new FinalDataSource(), new FinalMethodDataSource()}) {
      target.setTargetDataSource(TestPostgres.dataSource());
      Object bean = postProcessor.postProcessAfterInitialization(target, "dataSource");

      assertThat(bean).isInstanceOf(DataSource.class).isNotInstanceOf(DelegatingDataSource.class);
      try (Connection connection = ((DataSource) bean).getConnection()) {
        assertThat(connection).isInstanceOf(ProxyJdbcObject.class);
      }
    }
  }

  @Test
  void nothingIsWrappedTwice() {
    DelegatingDataSource target = new DelegatingDataSource(TestPostgres.dataSource());
    Object bean = postProcessor.postProcessAfterInitialization(target, "dataSource");

    assertThat(postProcessor.postProcessAfterInitialization(bean, "dataSource")).isSameAs(bean);
  }

  @Test
  void targetsOfScopedProxiesAndOtherBeansAreLeftAlone() {
    DelegatingDataSource target = new DelegatingDataSource(TestPostgres.dataSource());

    assertThat(postProcessor.postProcessAfterInitialization(target, "scopedTarget.dataSource"))
        .isSameAs(target);
    assertThat(postProcessor.postProcessAfterInitialization("bean", "name")).isEqualTo("bean");
  }

  private static final class FinalDataSource extends DelegatingDataSource {}

  private static class FinalMethodDataSource extends DelegatingDataSource {
    @SuppressWarnings("unused")
    public final String label() {
      return "final";
    }
  }
}
