package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import java.util.List;
import java.util.Locale;
import org.apache.tomcat.util.threads.ResizableExecutor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The threads on which the connector runs requests. */
@ExtendWith(OutputCaptureExtension.class)
class ConnectorTests {

  @ParameterizedTest
  @EnumSource
  void greenletsTakePrecedenceOverVirtualThreadsAndTheLogSaysSo(
      WebServer server, CapturedOutput output) {
    try (RunningApplication application =
        RunningApplication.start(
            server, List.of(CurrentKind.class), "spring.threads.virtual.enabled=true")) {
      assertThat(application.get("/kind").body()).isEqualTo("request");
    }
    assertThat(linesWith(output, "'spring.threads.virtual.enabled'"))
        .singleElement()
        .asString()
        .contains("INFO")
        .contains("Requests run as greenlets, though 'spring.threads.virtual.enabled' is set");
  }

  @ParameterizedTest
  @EnumSource
  void aThreadLimitWithoutEffectIsLogged(WebServer server, CapturedOutput output) {
    String property = "server." + server.name().toLowerCase(Locale.ROOT) + ".threads.max";

    RunningApplication.start(server, List.of(), property + "=50").close();

    assertThat(linesWith(output, "'" + property + "'"))
        .singleElement()
        .asString()
        .contains("WARN")
        .contains("is 50, but has no effect")
        .endsWith("To limit them set greenlet.web.max-live");
  }

  private static List<String> linesWith(CapturedOutput output, String text) {
    return output.getOut().lines().filter(line -> line.contains(text)).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "TOMCAT, greenlet.enabled=false",
    "TOMCAT, greenlet.web.enabled=false",
    "JETTY, greenlet.enabled=false",
    "JETTY, greenlet.web.enabled=false"
  })
  void requestsRunOnPlainThreadsWhenGreenletsAreDisabled(WebServer server, String property) {
    try (RunningApplication application =
        RunningApplication.start(server, List.of(CurrentKind.class), property)) {
      assertThat(application.get("/kind").body()).isEqualTo("plain thread");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSeparateManagementPortUsesNoGreenlets(WebServer server) {
    try (RunningApplication application =
        RunningApplication.start(
            server,
            List.of(KindEndpoint.class),
            "management.server.port=0",
            "management.endpoints.web.exposure.include=kind")) {
      int managementPort = Integer.parseInt(application.property("local.management.port"));

      assertThat(application.getFrom(managementPort, "/actuator/kind").body())
          .isEqualTo("plain thread");
    }
  }

  @Test
  void theMetersOfTomcatReportTheLiveRequests() {
    try (RunningApplication application = RunningApplication.start(List.of(CurrentKind.class))) {
      application.bean(CurrentKind.class).connector = application.tomcatExecutor();

      assertThat(application.get("/busy").body()).isEqualTo("1 of 1");
    }
  }

  private static String kindOfCurrent() {
    GreenletTask<?> current = Greenlets.currentOrNull();
    return current == null ? "plain thread" : current.kind();
  }

  @RestController
  static class CurrentKind {
    private @Nullable ResizableExecutor connector;

    @GetMapping("/busy")
    public String busy() {
      assertThat(connector).isNotNull();
      return connector.getActiveCount() + " of " + connector.getPoolSize();
    }

    @GetMapping("/kind")
    public String kind() {
      return kindOfCurrent();
    }
  }

  @Endpoint(id = "kind")
  static class KindEndpoint {
    @ReadOperation
    public String kind() {
      return kindOfCurrent();
    }
  }
}
