package dev.greenlet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.bench.app.Mode;
import dev.greenlet.bench.report.Build;
import dev.greenlet.bench.report.Contender;
import dev.greenlet.bench.report.Workload;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTests {

  @Test
  void measuresEverythingByDefault() {
    Settings settings = settings(Map.of("bench.modes", ""));

    assertThat(settings.modes()).containsExactly(Mode.values());
    assertThat(settings.workloads()).containsExactly(Workload.values());
  }

  @Test
  void takesModesByName() {
    assertThat(settings(Map.of("bench.modes", "pool, native-spread")).modes())
        .containsExactly(Mode.POOL, Mode.NATIVE_SPREAD);
  }

  @Test
  void saysWhatIsAllowed() {
    assertThatThrownBy(() -> settings(Map.of("bench.workloads", "emtpy")))
        .hasMessage("'bench.workloads' must be of empty, select-1, http-100ms, was 'emtpy'");
    assertThatThrownBy(() -> settings(Map.of("bench.rounds", "0")))
        .hasMessage("'bench.rounds' must be a number of at least 1, was '0'");
  }

  @Test
  void lacksTheClassesOfTheCheckout(@TempDir Path directory) {
    assertThatThrownBy(() -> settings(Map.of("bench.before", directory.toString())))
        .hasMessageStartingWith(
            "'bench.before' must be a checkout that './mvnw -DskipTests package' has built, but there is no ");
  }

  @Test
  void letsEachModeTakeTurnsWithTheLibraryOfTheCheckout(@TempDir Path directory)
      throws IOException {
    Path core = Files.createDirectories(directory.resolve("greenlet-core/target/classes"));
    Path starter =
        Files.createDirectories(directory.resolve("greenlet-spring-boot-starter/target/classes"));
    Settings settings =
        settings(Map.of("bench.modes", "pool", "bench.before", directory.toString()));

    assertThat(settings.contenders())
        .extracting(Contender::id)
        .containsExactly("pool", "pool-before");
    List<String> now = entries(settings.classPath(Build.NOW));
    List<String> before = entries(settings.classPath(Build.BEFORE));
    assertThat(before).hasSameSizeAs(now).contains(core.toString(), starter.toString());
    assertThat(before.stream().filter(entry -> !now.contains(entry))).hasSize(2);
  }

  private static List<String> entries(String classPath) {
    return List.of(classPath.split(File.pathSeparator));
  }

  private static Settings settings(Map<String, String> properties) {
    return Settings.from(new Properties(properties::get));
  }
}
