package dev.greenlet.spring.start;

import dev.greenlet.spring.Greenlet;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers its first requests on a servlet container and stops. */
@EnableAutoConfiguration
@Import(ServletApplication.Greeting.class)
final class ServletApplication {
  private ServletApplication() {}

  public static void main(String[] args) throws Exception {
    try (ConfigurableApplicationContext context =
        SpringApplication.run(ServletApplication.class, args)) {
      FirstRequests.send(context);
    }
  }

  @RestController
  @Greenlet
  static class Greeting {
    @GetMapping("/greeting")
    public String greet() {
      return "hello";
    }
  }
}
