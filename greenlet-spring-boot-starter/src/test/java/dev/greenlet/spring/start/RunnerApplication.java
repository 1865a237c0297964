package dev.greenlet.spring.start;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.SpawnOptions;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Runs one greenlet from its command line and ends. */
@EnableAutoConfiguration
final class RunnerApplication {

  RunnerApplication() {}

  public static void main(String[] args) {
    SpringApplication.run(RunnerApplication.class, args);
  }

  @Bean
  CommandLineRunner runner(GreenletRuntime runtime) {
    return args ->
        System.out.println("done: " + runtime.spawn(SpawnOptions.defaults(), () -> "ran").get());
  }
}
