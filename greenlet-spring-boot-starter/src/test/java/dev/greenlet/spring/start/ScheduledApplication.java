package dev.greenlet.spring.start;

import java.util.concurrent.CountDownLatch;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** Ticks twice without a web server and stops. */
@EnableAutoConfiguration
@EnableScheduling
@Import(ScheduledApplication.Ticker.class)
final class ScheduledApplication {
  private ScheduledApplication() {}

  public static void main(String[] args) throws Exception {
    try (ConfigurableApplicationContext context =
        SpringApplication.run(ScheduledApplication.class, args)) {
      context.getBean(Ticker.class).ticks.await();
      System.out.println("done: two ticks");
    }
  }

  static class Ticker {
    private final CountDownLatch ticks = new CountDownLatch(2);

    @Scheduled(fixedRate = 10)
    void tick() {
      ticks.countDown();
    }
  }
}
