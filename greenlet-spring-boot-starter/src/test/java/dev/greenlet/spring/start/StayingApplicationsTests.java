package dev.greenlet.spring.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application without a web server that has something scheduled runs until it is stopped. */
@Timeout(120)
class StayingApplicationsTests {
  private static final int TICKS = 30;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--greenlet.scheduling.enabled=false",
        "--greenlet.scheduling.enabled=true --greenlet.engine=native",
        "--greenlet.scheduling.enabled=true --greenlet.engine=portable"
      })
  void staysUntilItIsStoppedAndStopsQuietly(String arguments) throws Exception {
    Process process =
        ClassPath.PLAIN.start(StayingApplication.class, List.of(arguments.split(" ")));
    try (BufferedReader output = process.inputReader()) {
      List<String> ticks =
          output
              .lines()
              .dropWhile(line -> !line.equals("main has ended"))
              .filter("tick"::equals)
              .limit(TICKS)
              .toList();
      assertThat(ticks).hasSize(TICKS);

      process.toHandle().destroy(); // leaves the output open

      Stream<String> rest = output.lines().filter(line -> !line.equals("tick"));
      assertThat(rest).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }
}
