package dev.greenlet.spring.start;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.SpawnOptions;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;

/** Queries two pools, one that is started with the first connection and one that is before. */
@EnableAutoConfiguration
final class TwoDataSourcesApplication {

  TwoDataSourcesApplication() {}

  public static void main(String[] args) throws Exception {
    try (ConfigurableApplicationContext context =
        SpringApplication.run(TwoDataSourcesApplication.class, args)) {
      GreenletRuntime runtime = context.getBean(GreenletRuntime.class);
      for (String bean : new String[] {"orders", "stock"}) {
        JdbcTemplate template = new JdbcTemplate(context.getBean(bean, HikariDataSource.class));
        System.out.println(
            "done: "
                + runtime
                    .spawn(
                        SpawnOptions.defaults().on(runtime.hubs().getFirst()),
                        () -> template.queryForObject("select 42", Integer.class))
                    .get());
      }
    }
  }

  @Bean
  @Primary
  HikariDataSource orders(DataSourceProperties properties) {
    return properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
  }

  @Bean
  HikariDataSource stock(DataSourceProperties properties) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(properties.determineUrl());
    config.setMaximumPoolSize(1);
    return new HikariDataSource(config);
  }
}
