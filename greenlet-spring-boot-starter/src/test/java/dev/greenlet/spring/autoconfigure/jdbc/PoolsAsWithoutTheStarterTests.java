package dev.greenlet.spring.autoconfigure.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.autoconfigure.GreenletAutoConfiguration;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.sql.DataSource;
import net.ttddyy.observation.boot.autoconfigure.DataSourceObservationAutoConfiguration;
import org.apache.commons.dbcp2.BasicDataSource;
import org.apache.commons.dbcp2.BasicDataSourceMXBean;
import org.apache.tomcat.jdbc.pool.jmx.ConnectionPoolMBean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jmx.JmxAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.boot.jdbc.metadata.HikariDataSourcePoolMetadata;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

/**
 * A pool looks the same with the starter as without it, to Boot and to code that asks for its
 * class.
 */
class PoolsAsWithoutTheStarterTests {

  @ParameterizedTest
  @EnumSource
  void nothingIsMissing(Application application) {
    Map<String, Object> without = seen(application, "greenlet.enabled=false");
    Map<String, Object> with = seen(application, "greenlet.enabled=true");

    assertThat(without).as("what there is to see").containsAllEntriesOf(application.known);
    assertThat(with).containsAllEntriesOf(without);
    assertThat(with.keySet())
        .allMatch(key -> without.containsKey(key) || key.contains("jdbc.connections.pending"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"greenlet.enabled=false", "greenlet.enabled=true"})
  void aRefreshedPoolTakesThePlaceOfTheOldOne(String enabled) {
    new ApplicationContextRunner()
        .withPropertyValues(enabled)
        .withUserConfiguration(Refreshable.class)
        .withConfiguration(
            AutoConfigurations.of(
                GreenletAutoConfiguration.class, GreenletJdbcAutoConfiguration.class))
        .run(
            context -> {
              HikariDataSource bean = context.getBean(HikariDataSource.class);
              HikariPoolMXBean before = lendOne(bean);
              context.getBean(RefreshScope.class).refresh();
              HikariPoolMXBean after = lendOne(bean);

              assertThat(after).isNotSameAs(before);
              assertThat(before.getTotalConnections()).isZero();
            });
  }

  private static HikariPoolMXBean lendOne(HikariDataSource bean) throws SQLException {
    try (Connection connection = bean.getConnection()) {
      assertThat(connection.isValid(5)).isTrue();
      assertThat(bean.getHikariPoolMXBean().getActiveConnections()).isOne();
      return bean.getHikariPoolMXBean();
    }
  }

  private static Map<String, Object> seen(Application application, String enabled) {
    Map<String, Object> seen = new TreeMap<>();
    application
        .runner
        .withPropertyValues(enabled)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              DataSource bean = context.getBean(DataSource.class);
              assertThat(AopUtils.isAopProxy(bean) || enabled.endsWith("false")).isTrue();
              look("before", context, application, seen);
              try (Connection connection = bean.getConnection()) {
                assertThat(connection.isValid(5)).isTrue();
                look("lent", context, application, seen);
              }
              look("returned", context, application, seen);
            });
    return seen;
  }

  private static void look(
      String when, ApplicationContext context, Application application, Map<String, Object> seen)
      throws Exception {
    DataSource bean = context.getBean(DataSource.class);
    for (Class<?> type : application.types) {
      String prefix = when + " " + type.getSimpleName();
      seen.put(prefix + " beans", List.of(context.getBeanNamesForType(type)));
      seen.put(prefix + " isWrapperFor", wraps(bean, type));
      seen.put(prefix + " unwrap", String.valueOf(unwrapped(bean, type)));
    }
    DataSourcePoolMetadata metadata =
        context
            .getBeanProvider(DataSourcePoolMetadataProvider.class)
            .orderedStream()
            .map(provider -> provider.getDataSourcePoolMetadata(bean))
            .filter(found -> found != null)
            .findFirst()
            .orElse(null);
    seen.put(when + " metadata", String.valueOf(describe(metadata)));
    if (bean instanceof HikariDataSource pool) {
      seen.put(when + " metadata by hand", describe(new HikariDataSourcePoolMetadata(pool)));
      seen.put(
          when + " bean of the pool",
          pool.getHikariPoolMXBean() == null
              ? "none"
              : pool.getHikariPoolMXBean().getActiveConnections());
      HikariDataSource unwrapped =
          DataSourceUnwrapper.unwrap(bean, HikariConfigMXBean.class, HikariDataSource.class);
      seen.put(when + " name", String.valueOf(unwrapped == null ? null : unwrapped.getPoolName()));
      seen.put(when + " is running", pool.isRunning());
    }
    for (Meter meter : context.getBean(MeterRegistry.class).getMeters()) {
      String name = meter.getId().getName();
      if (name.startsWith("jdbc.connections") || name.equals("hikaricp.connections.max")) {
        meter
            .measure()
            .forEach(
                value -> seen.put(when + " " + name + meter.getId().getTags(), value.getValue()));
      } else if (name.startsWith("hikaricp")) {
        seen.put(when + " " + name + meter.getId().getTags(), "there"); // HikariCP keeps it for 1 s
      }
    }
    if (!when.equals("before")) {
      seen.put(
          when + " health",
          String.valueOf(context.getBean("dbHealthContributor", HealthIndicator.class).health()));
    }
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    for (ObjectName name : server.queryNames(null, null)) {
      if (name.getCanonicalName().matches(".*([Hh]ikari|[Dd]ata[Ss]ource|dbcp|ConnectionPool).*")) {
        seen.put(
            when + " JMX " + name.toString().replaceAll("\\[\\d+]", "[n]"),
            server.getMBeanInfo(name).getAttributes().length + " attributes");
      }
    }
  }

  private static boolean wraps(DataSource bean, Class<?> type) {
    try {
      return bean.isWrapperFor(type);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable Object unwrapped(DataSource bean, Class<?> type) {
    try {
      Object unwrapped = bean.unwrap(type);
      return unwrapped == bean ? "itself" : unwrapped == null ? null : unwrapped.getClass();
    } catch (SQLException e) {
      return e.getMessage();
    }
  }

  private static @Nullable List<String> describe(@Nullable DataSourcePoolMetadata metadata) {
    return metadata == null
        ? null
        : List.of(
            "active " + metadata.getActive(),
            "idle " + metadata.getIdle(),
            "max " + metadata.getMax(),
            "min " + metadata.getMin(),
            "usage " + metadata.getUsage(),
            "query " + metadata.getValidationQuery(),
            "auto-commit " + metadata.getDefaultAutoCommit());
  }

  private enum Application {
    HIKARI(
        of(HikariDataSource.class),
        Map.of("lent bean of the pool", 1, "lent is running", true),
        HikariDataSource.class,
        HikariConfigMXBean.class),
    HIKARI_STARTED_EARLY(
        of(HikariDataSource.class).andThen(Application::usedEarly)::apply,
        Map.of("lent jdbc.connections.active[tag(name=dataSource)]", 1.0),
        HikariDataSource.class),
    HIKARI_WITH_MBEANS(
        of(HikariDataSource.class)
                .andThen(Application::usedEarly)
                .andThen(
                    runner ->
                        runner.withPropertyValues(
                            "spring.jmx.enabled=true",
                            "spring.datasource.hikari.register-mbeans=true"))
            ::apply,
        Map.of("lent JMX com.zaxxer.hikari:type=Pool (compared)", "4 attributes"),
        HikariDataSource.class),
    HIKARI_OBSERVED(
        of(HikariDataSource.class)
                .andThen(Application::usedEarly)
                .andThen(
                    runner ->
                        runner
                            .withBean(ObservationRegistry.class, ObservationRegistry::create)
                            .withBean(Tracer.class, () -> Tracer.NOOP)
                            .withConfiguration(
                                AutoConfigurations.of(
                                    DataSourceObservationAutoConfiguration.class)))
            ::apply,
        Map.of("lent jdbc.connections.active[tag(name=dataSource)]", 1.0),
        HikariConfigMXBean.class),
    HIKARI_BY_HAND(
        runner -> runner.withBean("dataSource", HikariDataSource.class, Application::byHand),
        Map.of(
            "before bean of the pool",
            0,
            "before jdbc.connections.active[tag(name=dataSource)]",
            0.0),
        HikariDataSource.class),
    HIKARI_SUBCLASS(
        runner -> usedEarly(runner.withBean("dataSource", HikariDataSource.class, Own::new)),
        Map.of("lent jdbc.connections.active[tag(name=dataSource)]", 1.0),
        HikariDataSource.class),
    HIKARI_LAZY(
        runner ->
            usedEarly(
                of(HikariDataSource.class)
                    .apply(runner.withPropertyValues("spring.datasource.connection-fetch=lazy"))),
        Map.of("returned jdbc.connections.active[tag(name=dataSource)]", 0.0),
        HikariConfigMXBean.class),
    TOMCAT(
        of(org.apache.tomcat.jdbc.pool.DataSource.class)
                .andThen(Application::usedEarly)
                .andThen(
                    runner ->
                        runner.withPropertyValues(
                            "spring.jmx.enabled=true", "spring.datasource.tomcat.jmx-enabled=true"))
            ::apply,
        Map.of("lent jdbc.connections.active[tag(name=dataSource)]", 1.0),
        org.apache.tomcat.jdbc.pool.DataSource.class,
        ConnectionPoolMBean.class),
    DBCP(
        of(BasicDataSource.class)
                .andThen(Application::usedEarly)
                .andThen(runner -> runner.withPropertyValues("spring.jmx.enabled=true"))
            ::apply,
        Map.of("lent jdbc.connections.active[tag(name=dataSource)]", 1.0),
        BasicDataSource.class,
        BasicDataSourceMXBean.class);

    private final ApplicationContextRunner runner;
    private final Map<String, Object> known;
    private final List<Class<?>> types;

    Application(
        UnaryOperator<ApplicationContextRunner> pool,
        Map<String, Object> known,
        Class<?>... types) {
      this.runner =
          pool.apply(
              new ApplicationContextRunner()
                  .withBean(SimpleMeterRegistry.class)
                  .withPropertyValues(
                      "greenlet.hubs=1",
                      "spring.datasource.url=" + TestPostgres.url(),
                      "spring.datasource.hikari.pool-name=compared",
                      "spring.datasource.hikari.maximum-pool-size=2",
                      "spring.datasource.hikari.minimum-idle=0",
                      "spring.datasource.tomcat.initial-size=0",
                      "spring.datasource.tomcat.max-active=2",
                      "spring.datasource.tomcat.min-idle=0",
                      "spring.datasource.dbcp2.max-total=2")
                  .withConfiguration(
                      AutoConfigurations.of(
                          GreenletAutoConfiguration.class,
                          GreenletJdbcAutoConfiguration.class,
                          DataSourceAutoConfiguration.class,
                          DataSourceHealthContributorAutoConfiguration.class,
                          DataSourcePoolMetricsAutoConfiguration.class,
                          JmxAutoConfiguration.class,
                          MetricsAutoConfiguration.class)));
      this.known = known;
      List<Class<?>> all = new ArrayList<>(List.of(types));
      all.add(DataSource.class);
      this.types = List.copyOf(all);
    }

    private static UnaryOperator<ApplicationContextRunner> of(Class<?> type) {
      return runner -> runner.withPropertyValues("spring.datasource.type=" + type.getName());
    }

    private static ApplicationContextRunner usedEarly(ApplicationContextRunner runner) {
      return runner.withUserConfiguration(UsedEarly.class);
    }

    private static HikariDataSource byHand() {
      HikariConfig config = new HikariConfig();
      config.setJdbcUrl(TestPostgres.url());
      config.setPoolName("compared");
      config.setMaximumPoolSize(2);
      config.setMinimumIdle(0);
      return new HikariDataSource(config);
    }
  }

  /** Gets a first connection before there are meters. */
  @Configuration(proxyBeanMethods = false)
  static class UsedEarly {
    UsedEarly(DataSource dataSource) throws SQLException {
      dataSource.getConnection().close();
    }
  }

  /** A class of the application, as those that log in with a token. */
  static class Own extends HikariDataSource {
    Own() {
      setJdbcUrl(TestPostgres.url());
      setPoolName("compared");
      setMaximumPoolSize(2);
      setMinimumIdle(0);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Refreshable {
    @Bean
    static RefreshScope refreshScope() {
      return new RefreshScope();
    }

    @Bean
    static CustomScopeConfigurer scopes(RefreshScope scope) {
      CustomScopeConfigurer scopes = new CustomScopeConfigurer();
      scopes.addScope("refresh", scope);
      return scopes;
    }

    @Bean
    @Scope(scopeName = "refresh", proxyMode = ScopedProxyMode.TARGET_CLASS)
    HikariDataSource dataSource() {
      return new Own();
    }
  }

  /** Makes its beans anew when they are asked for the next time, as that of Spring Cloud does. */
  static final class RefreshScope implements org.springframework.beans.factory.config.Scope {
    private final Map<String, Object> beans = new ConcurrentHashMap<>();
    private final Map<String, Runnable> destructions = new ConcurrentHashMap<>();

    void refresh() {
      beans.clear();
      destructions.values().forEach(Runnable::run);
      destructions.clear();
    }

    @Override
    public Object get(String name, ObjectFactory<?> factory) {
      return beans.computeIfAbsent(name, missing -> factory.getObject());
    }

    @Override
    public @Nullable Object remove(String name) {
      return beans.remove(name);
    }

    @Override
    public void registerDestructionCallback(String name, Runnable callback) {
      destructions.put(name, callback);
    }
  }
}
