package dev.greenlet.bench.app;

import org.springframework.core.env.Environment;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** The handlers of all workloads, without blocking. */
@RestController
class ReactiveController {
  private final DatabaseClient database;
  private final WebClient stub;

  ReactiveController(
      DatabaseClient database, WebClient.Builder webClient, Environment environment) {
    this.database = database;
    this.stub = webClient.baseUrl(environment.getRequiredProperty(ServerMain.STUB)).build();
  }

  @GetMapping("/empty")
  String empty() {
    return "";
  }

  @GetMapping("/select")
  Mono<Integer> select() {
    return database.sql("select 1").mapValue(Integer.class).one();
  }

  @GetMapping("/http")
  Mono<String> http() {
    return stub.get().uri("/").retrieve().bodyToMono(String.class);
  }
}
