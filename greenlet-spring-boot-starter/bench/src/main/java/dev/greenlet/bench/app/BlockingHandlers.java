package dev.greenlet.bench.app;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.client.RestClient;

/** The handlers of all workloads, in plain blocking Java. */
abstract class BlockingHandlers {
  private final JdbcTemplate jdbc;
  private final RestClient stub;

  BlockingHandlers(Dependencies dependencies) {
    this.jdbc = dependencies.jdbc();
    this.stub =
        dependencies
            .restClient()
            .baseUrl(dependencies.environment().getRequiredProperty(ServerMain.STUB))
            .build();
  }

  @GetMapping("/empty")
  public String empty() {
    return "";
  }

  @GetMapping("/select")
  public @Nullable Integer select() {
    return jdbc.queryForObject("select 1", Integer.class);
  }

  @GetMapping("/http")
  public @Nullable String http() {
    return stub.get().uri("/").retrieve().body(String.class);
  }

  /** What the handlers need from the application. */
  record Dependencies(JdbcTemplate jdbc, RestClient.Builder restClient, Environment environment) {}
}
