package dev.greenlet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.bench.app.Mode;
import dev.greenlet.bench.report.Workload;
import java.util.Map;
import org.junit.jupiter.api.Test;

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

  private static Settings settings(Map<String, String> properties) {
    return Settings.from(new Properties(properties::get));
  }
}
