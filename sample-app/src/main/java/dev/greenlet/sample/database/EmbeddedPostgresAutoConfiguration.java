package dev.greenlet.sample.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Starts a PostgreSQL with the application, unless {@code spring.datasource.url} is set or another
 * configuration provides the connection details, as Testcontainers does.
 *
 * <p>An auto-configuration, although it belongs to the application, as only auto-configurations are
 * ordered after the connection details of others.
 */
@AutoConfiguration(
    before = DataSourceAutoConfiguration.class,
    afterName =
        "org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration")
@Conditional(NoDataSourceUrlCondition.class)
@ConditionalOnMissingBean(JdbcConnectionDetails.class)
public final class EmbeddedPostgresAutoConfiguration {
  private static final Logger log =
      LoggerFactory.getLogger(EmbeddedPostgresAutoConfiguration.class);

  @Bean(destroyMethod = "close")
  EmbeddedPostgres embeddedPostgres() throws IOException {
    EmbeddedPostgres postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("max_connections", "500")
            // the locale of the machine may be one that PostgreSQL does not know
            .setLocaleConfig("locale", "C")
            // requests in progress need it: the context closes it after the web server
            .setRegisterShutdownHook(false)
            .start();
    log.info("Embedded PostgreSQL listens on port {} until the end", postgres.getPort());
    return postgres;
  }

  @Bean
  JdbcConnectionDetails embeddedPostgresConnectionDetails(EmbeddedPostgres postgres) {
    return new EmbeddedPostgresConnectionDetails(postgres);
  }
}
