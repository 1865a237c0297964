package dev.greenlet.spring.start;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** Ticks without a web server until it is stopped from outside. */
@EnableAutoConfiguration
@EnableScheduling
@Import(StayingApplication.Ticker.class)
final class StayingApplication {
  private StayingApplication() {}

  public static void main(String[] args) {
    SpringApplication.run(StayingApplication.class, args);
    System.out.println("main has ended");
  }

  static class Ticker {
    @Scheduled(fixedDelay = 100)
    void tick() {
      System.out.println("tick");
    }
  }
}
