package dev.greenlet.spring.web;

import java.util.List;

/** A container and an engine for a web test. */
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

  /** Starts an application on this host; the beans are its controllers and other beans. */
  public RunningApplication start(List<Class<?>> beans, String... properties) {
    return RunningApplication.start(this, beans, properties);
  }

  @Override
  public String toString() {
    return (server == WebServer.TOMCAT ? "Tomcat" : "Jetty") + ", " + engine + " engine";
  }
}
