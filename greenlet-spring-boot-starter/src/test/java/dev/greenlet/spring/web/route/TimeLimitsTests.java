package dev.greenlet.spring.web.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.greenlet.spring.Greenlet;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.ClassUtils;

/** The time limits of annotations. */
class TimeLimitsTests {
  private final RouteTable routes =
      new RouteTable(
          () -> new RouteRules(false, List.of()),
          new MockEnvironment().withProperty("quotes.timeout", "2s")::resolveRequiredPlaceholders,
          _ -> false);

  private @Nullable Duration timeLimitOf(String name) {
    Route route = routes.find(ClassUtils.getMethod(Handlers.class, name), Handlers.class);
    return Objects.requireNonNull(route).timeLimit();
  }

  @Test
  void theAnnotationOfTheMethodReplacesTheOneOfTheClass() {
    assertThat(timeLimitOf("inherited")).isEqualTo(Duration.ofSeconds(5));
    assertThat(timeLimitOf("own")).isEqualTo(Duration.ofMillis(200));
    assertThat(timeLimitOf("none")).isNull();
  }

  @Test
  void aPropertyMayDefineTheLimit() {
    assertThat(timeLimitOf("byProperty")).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void anInvalidLimitIsRejectedWithItsValueAndARemedy() {
    for (String name : new String[] {"noDuration", "zero", "unknownProperty"}) {
      assertThatExceptionOfType(InvalidGreenletException.class)
          .isThrownBy(() -> timeLimitOf(name))
          .withMessageContaining("Handlers." + name + ": 'timeout' must be a positive duration")
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
