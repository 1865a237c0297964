package dev.greenlet.spring.web.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.route.InvalidGreenletException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.web.method.HandlerMethod;

class TimeoutsTests {
  private final Timeouts timeouts =
      new Timeouts(
          new MockEnvironment().withProperty("quotes.timeout", "2s")::resolveRequiredPlaceholders);

  private static HandlerMethod handler(String name) throws NoSuchMethodException {
    return new HandlerMethod(new Handlers(), name);
  }

  @Test
  void theMethodsAnnotationTakesThePlaceOfTheClasss() throws Exception {
    assertThat(timeouts.of(handler("inherited"))).isEqualTo(Duration.ofSeconds(5));
    assertThat(timeouts.of(handler("own"))).isEqualTo(Duration.ofMillis(200));
    assertThat(timeouts.of(handler("none"))).isNull();
  }

  @Test
  void aPropertyMaySayIt() throws Exception {
    assertThat(timeouts.of(handler("byProperty"))).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void whatMakesNoSenseIsRefusedWithItsValueAndARemedy() throws Exception {
    for (String name : new String[] {"noDuration", "zero", "unknownProperty"}) {
      HandlerMethod handler = handler(name);
      assertThatExceptionOfType(InvalidGreenletException.class)
          .isThrownBy(() -> timeouts.of(handler))
          .withMessageContaining("Handlers." + name + ": 'timeout' must be a duration")
          .satisfies(invalid -> assertThat(invalid.remedy()).contains("timeout = \"200ms\""));
    }
  }

  @Greenlet(timeout = "5s")
  static class Handlers {
    public void inherited() {}

    @Greenlet(timeout = "200ms")
    public void own() {}

    @Greenlet
    public void none() {}

    @Greenlet(timeout = "${quotes.timeout}")
    public void byProperty() {}

    @Greenlet(timeout = "soon")
    public void noDuration() {}

    @Greenlet(timeout = "0s")
    public void zero() {}

    @Greenlet(timeout = "${no.such.property}")
    public void unknownProperty() {}
  }
}
