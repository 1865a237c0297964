package dev.greenlet.watchdog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatchdogOptionsTests {
  private final WatchdogOptions defaults = WatchdogOptions.defaults();

  @Test
  void aHundredMillisecondsUnlessToldOtherwise() {
    assertThat(defaults.threshold()).isEqualTo(Duration.ofMillis(100));
    assertThat(defaults.withThreshold(Duration.ofSeconds(1)).threshold())
        .isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatThrownBy(() -> defaults.withThreshold(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'threshold' must be positive, was PT0S");
    assertThatThrownBy(() -> defaults.withThreshold(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'threshold' must be positive, was PT-0.001S");
    assertThatThrownBy(() -> defaults.withAtMost(0, Duration.ofMinutes(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'incidents' must be at least 1, was 0");
    assertThatThrownBy(() -> defaults.withAtMost(1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'window' must be positive, was PT0S");
  }
}
