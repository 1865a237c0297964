package dev.greenlet.spring.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application that sets properties that no longer exist, with Boot's migrator of properties. */
@Timeout(120)
class DroppedPropertiesTests {

  @Test
  void theMigratorReportsEachPropertyAndItsReplacement() throws Exception {
    Process process =
        ClassPath.PLAIN
            .with("spring-boot-properties-migrator", "spring-boot-configuration-metadata")
            .start(
                RunnerApplication.class,
                List.of(
                    "--greenlet.web.min-live=3",
                    "--greenlet.web.latency-limit=1s",
                    "--greenlet.web.guess-lane=false"));
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output)
        .containsSubsequence(
            "ERROR org.springframework.boot.context.properties.migrator.",
            "configuration keys that are no longer supported",
            "Key: greenlet.web.guess-lane",
            "Reason: Define a bean of type LaneGuesses that does not guess.",
            "Key: greenlet.web.latency-limit",
            "Reason: Define a bean of type AimdLimit, whose constructor takes the latency.",
            "Key: greenlet.web.min-live",
            "Reason: Define a bean of type AimdLimit, whose constructor takes the smallest limit.")
        .contains("done: ran");
  }
}
