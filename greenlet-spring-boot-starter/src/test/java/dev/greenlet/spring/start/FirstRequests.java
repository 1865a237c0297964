package dev.greenlet.spring.start;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.springframework.context.ConfigurableApplicationContext;

/** The first requests of an application, sent by the application itself. */
final class FirstRequests {
  private FirstRequests() {}

  static void send(ConfigurableApplicationContext context)
      throws IOException, InterruptedException {
    String port = context.getEnvironment().getRequiredProperty("local.server.port");
    URI greeting = URI.create("http://localhost:" + port + "/greeting");
    HttpClient client = HttpClient.newHttpClient(); // keeps its connection until the server stops
    for (int i = 0; i < 3; i++) {
      String body =
          client.send(HttpRequest.newBuilder(greeting).build(), BodyHandlers.ofString()).body();
      System.out.println("done: " + body);
    }
  }
}
