package dev.greenlet.spring.start;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Answers its first requests on WebFlux and stops. */
@EnableAutoConfiguration
@Import(ReactiveApplication.Greeting.class)
final class ReactiveApplication {
  private ReactiveApplication() {}

  public static void main(String[] args) throws Exception {
    try (ConfigurableApplicationContext context =
        SpringApplication.run(ReactiveApplication.class, args)) {
      FirstRequests.send(context);
    }
  }

  @RestController
  static class Greeting {
    @GetMapping("/greeting")
    public Mono<String> greet() {
      return Mono.just("hello");
    }
  }
}
