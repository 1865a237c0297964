package dev.greenlet.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** Starts the sample with a PostgreSQL in a Docker container. Not a test. */
public final class TestSampleApplication {
  private TestSampleApplication() {}

  /**
   * Starts the application.
   *
   * @param args properties, as {@code --name=value}
   */
  public static void main(String[] args) {
    SpringApplication.from(SampleApplication::main).with(Containers.class).run(args);
  }

  @TestConfiguration(proxyBeanMethods = false)
  static class Containers {

    @Bean
    @ServiceConnection
    PostgreSQLContainer postgres() {
      return new PostgreSQLContainer("postgres:18");
    }
  }
}
