package dev.greenlet.spring.web;

import java.util.List;
import org.springframework.boot.jetty.autoconfigure.actuate.web.server.JettyServletManagementContextAutoConfiguration;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatServletManagementContextAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;

/** The supported containers. Both are on the class path of the tests; an application has one. */
public enum WebServer {
  TOMCAT(
      TomcatServletWebServerAutoConfiguration.class,
      TomcatServletManagementContextAutoConfiguration.class),
  JETTY(
      JettyServletWebServerAutoConfiguration.class,
      JettyServletManagementContextAutoConfiguration.class);

  private final List<Class<?>> autoConfigurations;

  WebServer(Class<?>... autoConfigurations) {
    this.autoConfigurations = List.of(autoConfigurations);
  }

  /** The property that excludes the other one from an application. */
  public String property() {
    WebServer other = this == TOMCAT ? JETTY : TOMCAT;
    return "spring.autoconfigure.exclude="
        + String.join(",", other.autoConfigurations.stream().map(Class::getName).toList());
  }
}
