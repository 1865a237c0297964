package dev.greenlet.spring.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.spring.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An application of each kind, in a JVM without the libraries that it does not use, starts, works
 * and stops. Its log has no warning, and of greenlets only which engine runs and what has no
 * effect.
 */
@Timeout(120)
class StartedApplicationsTests {

  @ParameterizedTest
  @EnumSource
  void startsWorksAndStopsQuietly(Kind kind) throws Exception {
    Process process = kind.start();
    List<String> output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();

    assertThat(process.waitFor()).as(() -> String.join("\n", output)).isZero();
    assertThat(output).contains("done: " + kind.result);
    assertThat(output).allMatch(line -> line.matches("INFO .*|done: .*"));
    assertThat(output)
        .filteredOn(line -> line.startsWith("INFO dev.greenlet."))
        .filteredOn(line -> !line.startsWith("INFO " + kind.main.getName()))
        .zipSatisfy(kind.ours(), (line, expected) -> assertThat(line).contains(expected));
  }

  private enum Kind {
    TOMCAT(
        ServletApplication.class,
        "hello",
        Libraries.MVC.with("spring-boot-tomcat", "tomcat-embed-core", "tomcat-embed-el")),
    JETTY(
        ServletApplication.class,
        "hello",
        Libraries.MVC.with(
            "jakarta.servlet-api",
            "jetty-ee-webapp",
            "jetty-ee11-servlet",
            "jetty-ee11-webapp",
            "jetty-http",
            "jetty-io",
            "jetty-security",
            "jetty-server",
            "jetty-session",
            "jetty-util",
            "jetty-xml",
            "spring-boot-jetty")),
    WEBFLUX(
        ReactiveApplication.class,
        "hello",
        Libraries.WEB.with(
            "netty-buffer",
            "netty-codec-base",
            "netty-codec-classes-quic",
            "netty-codec-compression",
            "netty-codec-dns",
            "netty-codec-http",
            "netty-codec-http2",
            "netty-codec-http3",
            "netty-codec-socks",
            "netty-common",
            "netty-handler",
            "netty-handler-proxy",
            "netty-resolver",
            "netty-resolver-dns",
            "netty-transport",
            "netty-transport-classes-epoll",
            "netty-transport-native-unix-common",
            "reactor-core",
            "reactor-netty-core",
            "reactor-netty-http",
            "spring-boot-http-codec",
            "spring-boot-netty",
            "spring-boot-reactor",
            "spring-boot-reactor-netty",
            "spring-boot-webflux",
            "spring-webflux")),
    SCHEDULED(ScheduledApplication.class, "two ticks", ClassPath.PLAIN),
    SCHEDULED_GREENLETS(
        ScheduledApplication.class,
        "two ticks",
        ClassPath.PLAIN,
        "--greenlet.scheduling.enabled=true"),
    RUNNER(RunnerApplication.class, "ran", ClassPath.PLAIN),
    BATCH(
        BatchApplication.class,
        "one step",
        ClassPath.PLAIN.with(
            "spring-batch-core",
            "spring-batch-infrastructure",
            "spring-boot-batch",
            "spring-boot-transaction",
            "spring-tx")),
    TWO_DATA_SOURCES(
        TwoDataSourcesApplication.class,
        "42",
        ClassPath.PLAIN.with(
            "HikariCP",
            "postgresql",
            "spring-boot-jdbc",
            "spring-boot-sql",
            "spring-boot-transaction",
            "spring-jdbc",
            "spring-tx"),
        "--spring.datasource.url=" + TestPostgres.url()) {
      @Override
      List<String> ours() {
        return List.of("Connections of 'stock' use sockets of the JDK", ENGINE);
      }
    };

    private static final String ENGINE = "Greenlets run on the native engine";

    private final Class<?> main;
    private final String result;
    private final ClassPath classPath;
    private final List<String> arguments;

    Kind(Class<?> main, String result, ClassPath classPath, String... arguments) {
      this.main = main;
      this.result = result;
      this.classPath = classPath;
      this.arguments = List.of(arguments);
    }

    /** What the starter logs, in this order. */
    List<String> ours() {
      return List.of(ENGINE);
    }

    Process start() throws IOException {
      return classPath.start(main, arguments);
    }
  }

  private static final class Libraries {
    static final ClassPath WEB =
        ClassPath.PLAIN.with(
            "jackson-annotations",
            "jackson-core",
            "jackson-databind",
            "spring-boot-http-converter",
            "spring-boot-jackson",
            "spring-boot-web-server",
            "spring-web");
    static final ClassPath MVC =
        WEB.with("spring-boot-servlet", "spring-boot-webmvc", "spring-webmvc");
  }
}
