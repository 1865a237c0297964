package dev.greenlet.bench.app;

import java.util.List;

/** A web framework with its server, and what all modes on it have in common. */
enum Stack {
  SERVLET(
      ServletApplication.class,
      // A thousand clients connect at once, and keep their connections.
      "server.tomcat.accept-count=2000",
      "server.tomcat.max-keep-alive-requests=-1",
      // What Boot chooses where Spring MVC is alone on the class path.
      "spring.http.clients.imperative.factory=jdk"),
  REACTIVE(ReactiveApplication.class, "spring.main.web-application-type=reactive");

  private final Class<?> application;
  private final List<String> properties;

  Stack(Class<?> application, String... properties) {
    this.application = application;
    this.properties = List.of(properties);
  }

  Class<?> application() {
    return application;
  }

  List<String> properties() {
    return properties;
  }
}
