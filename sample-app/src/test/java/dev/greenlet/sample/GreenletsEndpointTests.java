package dev.greenlet.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;

/** The tree of a request for quotes while it waits for its suppliers. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "sample.suppliers.delays=1h,1h,1h,1h,1h",
      "sample.quotes.deadline=4s",
      "spring.http.clients.read-timeout=5s"
    })
@DirtiesContext
class GreenletsEndpointTests {
  @LocalServerPort private int port;

  @Test
  void aRequestIsShownWithItsSuppliersBelowIt() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      CompletableFuture<HttpResponse<String>> answer =
          http.sendAsync(get("/flights/1/quotes", "*/*"), HttpResponse.BodyHandlers.ofString());

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> namesUnderTheRequest(forest(http)), names -> names.size() == 5);
      assertThat(namesUnderTheRequest(forest(http)))
          .containsExactly(
              "quote supplier-1",
              "quote supplier-2",
              "quote supplier-3",
              "quote supplier-4",
              "quote supplier-5");
      assertThat(fetch(http, "text/plain")).contains("hub greenlet-0").contains("quote supplier-5");

      assertThat(JsonPath.<List<String>>read(answer.get().body(), "$.missing")).hasSize(5);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> assertThat(fetch(http, "text/plain")).doesNotContain("quote supplier"));
    }
  }

  private static List<String> namesUnderTheRequest(String forest) {
    return JsonPath.read(
        forest, "$.greenlets[?(@.name == 'GET /flights/1/quotes')].children[*].name");
  }

  private String forest(HttpClient http) throws IOException, InterruptedException {
    return fetch(http, "application/json");
  }

  private String fetch(HttpClient http, String type) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(get("/actuator/greenlets", type), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private HttpRequest get(String path, String type) {
    return HttpRequest.newBuilder(URI.create("http://localhost:%d%s".formatted(port, path)))
        .header("Accept", type)
        .build();
  }
}
