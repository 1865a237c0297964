package dev.greenlet.spring.web.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Names and keys of real requests, in an application whose controllers all run on hubs. */
@EachServer
@Timeout(120)
class NamesAndKeysTests {
  @Parameter private Host host;
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(Tenants.class, Accounts.class, Plain.class),
            "greenlet.hubs=4",
            "greenlet.web.scope=all",
            "greenlet.web.hub-names=tenants");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void aNameContainsTheValuesOfPathVariables() {
    assertThat(application.get("/acme/orders/7/name").body()).isEqualTo("order 7 of acme");
    assertThat(application.get("/a%20b/orders/%7Btenant%7D/name").body())
        .isEqualTo("order {tenant} of a b");
    assertThat(application.get("/" + "x".repeat(500) + "/orders/7/name").body())
        .hasSize(200)
        .endsWith("…");
  }

  @Test
  void equalKeysShareAHubForAllSources() {
    Set<String> lanes = new HashSet<>();
    for (int i = 0; i < 64; i++) {
      String lane = application.get("/tenant-" + i + "/orders/7/lane").body();
      assertThat(application.get("/accounts", "X-Tenant", "tenant-" + i).body()).isEqualTo(lane);
      lanes.add(lane);
    }

    assertThat(lanes).hasSize(4);
  }

  @Test
  void aRequestWithoutAKeyGetsAProblem() {
    HttpResponse<String> answer = application.get("/accounts");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
    assertThat(answer.body())
        .contains("urn:greenlet:problem:key-missing", "The request has no value for the key");
  }

  @Test
  void aControllerWithoutAnnotationHasAHubTooAndErrorPagesAndEndpointsHaveNone() {
    assertThat(application.get("/plain").body()).startsWith("greenlet-").doesNotContain("shared");
    assertThat(application.get("/nowhere").statusCode()).isEqualTo(404);
    assertThat(application.get("/actuator/health").statusCode()).isEqualTo(200);
  }

  @RestController
  @RequestMapping("/{tenant}/orders/{id}")
  static class Tenants {
    @Greenlet(hub = "tenants", key = "#path['tenant']", name = "order {id} of {tenant}")
    @GetMapping("/name")
    public String name() {
      return Greenlets.current().name();
    }

    @Greenlet(hub = "tenants", key = "#tenant")
    @GetMapping("/lane")
    public String lane(@PathVariable String tenant) {
      return Greenlets.current().lane().name();
    }
  }

  @RestController
  static class Accounts {
    @Greenlet(hub = "tenants", key = "#headers['X-Tenant']")
    @GetMapping("/accounts")
    public String lane() {
      return Greenlets.current().lane().name();
    }
  }

  @RestController
  static class Plain {
    @GetMapping("/plain")
    public String lane() {
      return Greenlets.current().lane().name();
    }
  }
}
