package dev.greenlet.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.GreenletRuntime;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A start without any flag, as from an IDE, selects the portable engine. */
@Tag("without-add-opens")
class WithoutAddOpensTests extends ConcurrentBookingTests {

  @Test
  void theEngineIsPortableAndGivesItsReason(@Autowired GreenletRuntime runtime) {
    assertThat(runtime.engine().name()).isEqualTo("portable");
    assertThat(runtime.engine().reason()).contains("--add-opens");
  }
}
