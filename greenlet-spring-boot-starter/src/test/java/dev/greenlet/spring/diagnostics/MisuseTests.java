package dev.greenlet.spring.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import dev.greenlet.spring.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

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

  private static void start(Misuse misuse) {
    new SpringApplicationBuilder(misuse.application())
        .properties("server.port=0", "spring.datasource.url=" + TestPostgres.url())
        .properties(misuse.properties().toArray(String[]::new))
        .run()
        .close();
  }
}
