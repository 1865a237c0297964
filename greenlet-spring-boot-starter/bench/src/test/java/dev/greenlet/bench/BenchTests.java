package dev.greenlet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.bench.app.Mode;
import dev.greenlet.bench.load.DriverChoice;
import dev.greenlet.bench.report.Build;
import dev.greenlet.bench.report.Contender;
import dev.greenlet.bench.report.Results;
import dev.greenlet.bench.report.Round;
import dev.greenlet.bench.report.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of every run, with the least that can be measured. */
class BenchTests {
  @TempDir private Path directory;

  @AfterEach
  void everyProcessHasEnded() {
    assertThat(ProcessHandle.current().children()).isEmpty();
  }

  @Test
  void measuresAModeInAJvmOfItsOwn() throws Exception {
    Results results = Bench.run(settings(List.of()));

    assertThat(results.rounds())
        .extracting(Round::contender)
        .containsExactly(new Contender(Mode.NATIVE_SPREAD, Build.NOW));
    assertThat(results.rounds().getFirst().sample().perSecond()).isPositive();
    assertThat(results.hasErrors()).isFalse();
    assertThat(directory.resolve("results.json")).content().contains("\"native-spread\"");
  }

  @Test
  void saysWhichModeDidNotStart() {
    assertThatThrownBy(() -> Bench.run(settings(List.of("-XX:+NoSuchOption"))))
        .hasMessage("native-spread has ended, see %s", directory.resolve("logs/native-spread.log"));
  }

  private Settings settings(List<String> jvmOptions) {
    return new Settings(
        List.of(Mode.NATIVE_SPREAD),
        List.of(Workload.SELECT_1),
        1,
        1,
        Duration.ofMillis(100),
        Duration.ofSeconds(2),
        Duration.ofSeconds(1),
        DriverChoice.OWN,
        jvmOptions,
        directory,
        Optional.empty());
  }
}
