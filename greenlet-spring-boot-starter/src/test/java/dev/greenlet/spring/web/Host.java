package dev.greenlet.spring.web;

import java.util.List;

/** What a web test runs on: a container and an engine. */
public enum Host {
  TOMCAT_NATIVE(WebServer.TOMCAT, "native"),
  TOMCAT_PORTABLE(WebServer.TOMCAT, "portable"),
  JETTY_NATIVE(WebServer.JETTY, "native"),
  JETTY_PORTABLE(WebServer.JETTY, "portable");

  private final WebServer server;
  private final String engine;

  Host(WebServer server, String engine) {
    this.server = server;
    this.engine = engine;
  }

  public WebServer server() {
    return server;
  }

  public String engine() {
    return engine;
  }

  /** Starts an application here; the beans are its controllers and whatever else it needs. */
  public RunningApplication start(List<Class<?>> beans, String... properties) {
    return RunningApplication.start(this, beans, properties);
  }

  @Override
  public String toString() {
    return (server == WebServer.TOMCAT ? "Tomcat" : "Jetty") + ", " + engine + " engine";
  }
}
