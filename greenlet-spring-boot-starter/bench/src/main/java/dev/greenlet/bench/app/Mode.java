package dev.greenlet.bench.app;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;

/** A way to serve requests: an application, its controller and its configuration. */
public enum Mode {
  POOL(Stack.SERVLET, PlainController.class, "greenlet.enabled=false"),
  VIRTUAL_THREADS(
      Stack.SERVLET,
      PlainController.class,
      "greenlet.enabled=false",
      "spring.threads.virtual.enabled=true"),
  NATIVE_DEFAULT(Stack.SERVLET, OneHubController.class, "greenlet.engine=native"),
  NATIVE_SPREAD(Stack.SERVLET, SpreadController.class, "greenlet.engine=native"),
  NATIVE_SHARED(Stack.SERVLET, PlainController.class, "greenlet.engine=native"),
  PORTABLE(Stack.SERVLET, OneHubController.class, "greenlet.engine=portable"),
  WEBFLUX(Stack.REACTIVE, ReactiveController.class, "greenlet.enabled=false");

  private final Stack stack;
  private final Class<?> controller;
  private final List<String> properties;

  Mode(Stack stack, Class<?> controller, String... properties) {
    this.stack = stack;
    this.controller = controller;
    this.properties = List.of(properties);
  }

  /** Returns the name in commands and results. */
  @JsonValue
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Stack stack() {
    return stack;
  }

  Class<?> controller() {
    return controller;
  }

  List<String> properties() {
    return properties;
  }
}
