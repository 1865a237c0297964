package dev.greenlet.spring.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.annotation.RequestScope;

/** The start says what makes no sense, and the page of symptoms has the same words. */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class MisuseTests {

  @ParameterizedTest
  @EnumSource
  void theStartSaysIt(Misuse misuse, CapturedOutput output) {
    switch (misuse.outcome()) {
      case FAILS -> {
        assertThatException().isThrownBy(() -> start(misuse));
        assertThat(output).contains(misuse.words()).contains(misuse.remedy());
      }
      case WARNS -> {
        start(misuse);
        assertThat(output.getOut().lines().filter(line -> line.contains(misuse.words())))
            .singleElement()
            .asString()
            .contains("WARN");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void thePageOfSymptomsHasIt(Misuse misuse) throws Exception {
    assertThat(Files.readString(Path.of("../docs/troubleshooting.md"))).contains(misuse.row());
  }

  @Test
  void nothingIsSaidOfAControllerOfARequestOrBehindAnInterface(CapturedOutput output) {
    start(Proper.class);

    assertThat(output).doesNotContain("has no effect");
  }

  @Test
  void aDrainHasAnEffectWithoutAWebServer(CapturedOutput output) {
    start(
        Misuse.Application.class,
        "spring.main.web-application-type=none",
        "greenlet.shutdown.drain=5s");

    assertThat(output).doesNotContain("has no effect");
  }

  private static void start(Misuse misuse) {
    start(misuse.application(), misuse.properties().toArray(String[]::new));
  }

  private static void start(Class<?> application, String... properties) {
    new SpringApplicationBuilder(application)
        .properties("server.port=0", "spring.datasource.url=" + TestPostgres.url())
        .properties(properties)
        .run()
        .close();
  }

  @Import({Misuse.Application.class, OfRequest.class, Implementing.class})
  static class Proper {}

  @RestController
  @RequestScope
  @Greenlet
  static class OfRequest {
    @GetMapping("/of-request")
    public String handle() {
      return "";
    }
  }

  interface Api<K> {
    @Greenlet(hub = "api")
    @GetMapping("/api/{id}")
    K handle(@PathVariable K id);
  }

  @RestController
  static class Implementing implements Api<Long> {
    @Override
    public Long handle(Long id) {
      return id;
    }
  }
}
