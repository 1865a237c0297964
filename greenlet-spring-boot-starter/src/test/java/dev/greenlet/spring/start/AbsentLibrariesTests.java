package dev.greenlet.spring.start;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurationImportSelector;
import org.springframework.boot.test.context.assertj.ApplicationContextAssertProvider;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** All auto-configurations start without any one of the libraries that are optional. */
class AbsentLibrariesTests {
  private static final String[] PROPERTIES = {
    "server.port=0",
    "greenlet.web.max-live=100",
    "greenlet.http.sockets=true",
    "greenlet.scheduling.enabled=true",
    "management.endpoints.web.exposure.include=greenlets",
    "spring.datasource.url=jdbc:postgresql://localhost/never-connected"
  };

  private static final String SPRING_WEB = "spring-web, which several of them bring";

  private static final Set<String> OF_BOOT =
      Stream.of(
              "actuate.autoconfigure.endpoint.EndpointAutoConfiguration",
              "actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration",
              "http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration",
              "jdbc.autoconfigure.DataSourceAutoConfiguration",
              "restclient.autoconfigure.RestClientAutoConfiguration",
              "autoconfigure.task.TaskExecutionAutoConfiguration",
              "tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration",
              "webclient.autoconfigure.WebClientAutoConfiguration",
              "webmvc.autoconfigure.DispatcherServletAutoConfiguration",
              "webmvc.autoconfigure.WebMvcAutoConfiguration")
          .map("org.springframework.boot."::concat)
          .collect(Collectors.toUnmodifiableSet());

  /** The packages of each optional dependency and of what comes with it alone. */
  private static final Map<String, List<String>> LIBRARIES =
      Map.ofEntries(
          entry("concurrency-limits-core", List.of("com.netflix.concurrency")),
          entry(
              "spring-boot-starter-webmvc",
              List.of(
                  "jakarta.servlet",
                  "org.apache.catalina",
                  "org.apache.coyote",
                  "org.springframework.boot.servlet",
                  "org.springframework.boot.tomcat",
                  "org.springframework.boot.webmvc",
                  "org.springframework.web.servlet")),
          entry(
              "spring-boot-starter-jetty",
              List.of("org.eclipse.jetty", "org.springframework.boot.jetty")),
          entry("spring-websocket", List.of("org.springframework.web.socket")),
          entry(
              "spring-boot-starter-jdbc",
              List.of(
                  "com.zaxxer.hikari",
                  "org.springframework.boot.jdbc",
                  "org.springframework.jdbc",
                  "org.springframework.transaction")),
          entry("datasource-micrometer-spring-boot", List.of("net.ttddyy.observation")),
          entry("mysql-connector-j", List.of("com.mysql")),
          entry("tomcat-jdbc", List.of("org.apache.tomcat.jdbc")),
          entry("commons-dbcp2", List.of("org.apache.commons.dbcp2")),
          entry(
              "spring-boot-starter-restclient",
              List.of(
                  "org.springframework.boot.http.client", "org.springframework.boot.restclient")),
          entry("kotlinx-coroutines-reactor", List.of("kotlinx.coroutines")),
          entry("kotlin-reflect", List.of("kotlin.reflect")),
          entry("reactor-core", List.of("reactor.core")),
          entry(
              "spring-boot-starter-webclient",
              List.of("org.springframework.boot.webclient", "org.springframework.web.reactive")),
          entry("httpclient5", List.of("org.apache.hc")),
          entry("jetty-client", List.of("org.eclipse.jetty.client")),
          entry("reactor-netty-http", List.of("reactor.netty", "io.netty")),
          entry(
              "spring-boot-starter-actuator",
              List.of("org.springframework.boot.actuate", "io.micrometer.core")),
          entry("postgresql", List.of("org.postgresql")),
          entry(SPRING_WEB, List.of("jakarta.servlet", "org.springframework.web")));

  static Stream<Arguments> cells() {
    return Stream.of(Kind.values())
        .flatMap(
            kind ->
                LIBRARIES.keySet().stream()
                    .filter(library -> !kind.needs.contains(library))
                    .sorted()
                    .map(library -> Arguments.of(kind, library)));
  }

  @ParameterizedTest(name = "{0} without {1}")
  @MethodSource("cells")
  void startsWithout(Kind kind, String library) throws Exception {
    try (HidingClassLoader classes =
        new HidingClassLoader(Objects.requireNonNull(LIBRARIES.get(library)))) {
      switch (kind) {
        case PLAIN -> assertThatStarts(new ApplicationContextRunner(), classes);
        case SERVLET ->
            assertThatStarts(
                new WebApplicationContextRunner(
                    AnnotationConfigServletWebServerApplicationContext::new),
                classes);
        case REACTIVE -> assertThatStarts(new ReactiveWebApplicationContextRunner(), classes);
      }
    }
  }

  private static <
          S extends AbstractApplicationContextRunner<S, C, A>,
          C extends ConfigurableApplicationContext,
          A extends ApplicationContextAssertProvider<C>>
      void assertThatStarts(S runner, ClassLoader classes) {
    runner
        .withClassLoader(classes)
        .withPropertyValues(PROPERTIES)
        .withUserConfiguration(Application.class)
        .run(context -> assertThat(context).hasBean("greenletRuntime"));
  }

  @Test
  void everyOptionalDependencyIsAmongThem() throws Exception {
    NodeList dependencies =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("pom.xml").toFile())
            .getElementsByTagName("dependency");
    List<String> optional = new ArrayList<>();
    for (int i = 0; i < dependencies.getLength(); i++) {
      Element dependency = (Element) dependencies.item(i);
      if (dependency.getElementsByTagName("optional").getLength() > 0) {
        optional.add(dependency.getElementsByTagName("artifactId").item(0).getTextContent());
      }
    }

    assertThat(optional).isNotEmpty();
    assertThat(LIBRARIES).containsKeys(optional.toArray(String[]::new));
  }

  private enum Kind {
    PLAIN,
    SERVLET(SPRING_WEB, "spring-boot-starter-webmvc"),
    REACTIVE(SPRING_WEB, "reactor-core", "spring-boot-starter-webclient");

    private final Set<String> needs;

    Kind(String... needs) {
      this.needs = Set.of(needs);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Import(Selector.class)
  static class Application {}

  /** Selects all that the starter has, and of Boot what they stand beside. */
  static final class Selector extends AutoConfigurationImportSelector {
    @Override
    protected AnnotationAttributes getAttributes(AnnotationMetadata metadata) {
      return new AnnotationAttributes(
          Map.of("exclude", new String[0], "excludeName", new String[0]));
    }

    @Override
    protected List<String> getCandidateConfigurations(
        AnnotationMetadata metadata, @Nullable AnnotationAttributes attributes) {
      return super.getCandidateConfigurations(metadata, attributes).stream()
          .filter(name -> name.startsWith("dev.greenlet.") || isThere(name))
          .toList();
    }

    private boolean isThere(String name) {
      return OF_BOOT.contains(name) && ClassUtils.isPresent(name, getBeanClassLoader());
    }
  }
}
