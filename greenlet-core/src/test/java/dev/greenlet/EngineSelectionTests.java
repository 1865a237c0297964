package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.engine.EngineChoice;
import dev.greenlet.engine.EngineReport;
import org.junit.jupiter.api.Test;

class EngineSelectionTests {

  @Test
  void autoTakesTheNativeEngineWhereItCanBeHad() {
    try (GreenletRuntime runtime = GreenletRuntime.builder().build()) {
      assertThat(runtime.engine())
          .isEqualTo(new EngineReport("native", "it passed its self-test", false, true));
    }
  }

  @Test
  void anEngineThatWasAskedForIsReportedSo() {
    try (GreenletRuntime runtime =
        GreenletRuntime.builder().engine(EngineChoice.PORTABLE).build()) {
      assertThat(runtime.engine())
          .isEqualTo(new EngineReport("portable", "it was asked for", false, false));
    }
  }
}
