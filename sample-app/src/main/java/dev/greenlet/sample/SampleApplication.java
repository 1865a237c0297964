package dev.greenlet.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * Sells seats on flights. An ordinary Spring Boot application whose requests run as greenlets, by
 * the starter on the class path and {@code @Greenlet} on some of its controllers.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class SampleApplication {

  /**
   * Starts the application.
   *
   * @param args properties, as {@code --name=value}
   */
  public static void main(String[] args) {
    SpringApplication.run(SampleApplication.class, args);
  }
}
