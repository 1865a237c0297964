package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.greenlet.engine.EngineChoice;
import dev.greenlet.engine.EngineUnavailableException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("without-add-opens")
class EngineWithoutAddOpensTests {

  @Test
  void autoFallsBackToThePortableEngineAndSaysWhatItWouldTake() {
    try (GreenletRuntime runtime = GreenletRuntime.builder().build()) {
      assertThat(runtime.engine().name()).isEqualTo("portable");
      assertThat(runtime.engine().fallback()).isTrue();
      assertThat(runtime.engine().reason())
          .startsWith(
              "the native engine is not available: package java.lang of module java.base is not"
                  + " opened to greenlet; to get it, start java with '--add-opens"
                  + " java.base/java.lang=ALL-UNNAMED'");
    }
  }

  @Test
  void theNativeEngineIsRefusedWithItsRemedy() {
    assertThatExceptionOfType(EngineUnavailableException.class)
        .isThrownBy(() -> GreenletRuntime.builder().engine(EngineChoice.NATIVE).build())
        .withMessageContaining("package java.lang of module java.base is not opened")
        .satisfies(e -> assertThat(e.remedy()).contains("--add-opens java.base/java.lang"));
  }
}
