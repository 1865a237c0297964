package dev.greenlet.spring.web.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.spring.web.DisconnectDetection;
import dev.greenlet.spring.web.RequestFilter;
import dev.greenlet.spring.web.ServletContainer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class AdmissionMetricsTests {
  private final Admission admission =
      new Admission(ConcurrencyLimit.fixed(1), 1, Duration.ZERO, System::nanoTime);
  private final Filter first =
      new RequestFilter(ServletContainer.UNKNOWN, DisconnectDetection.NONE);
  private final Filter filter = new AdmissionFilter(admission, () -> new ExemptPaths(List.of()));
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void countsAdmittedAndRejectedRequests() throws Exception {
    new AdmissionMetrics(admission).bindTo(registry);

    request(
        () -> {
          assertThat(registry.get("greenlet.web.live").gauge().value()).isEqualTo(1);
          request(() -> {}); // may be queued for no time
        });

    assertThat(registry.get("greenlet.web.admitted").functionCounter().count()).isEqualTo(1);
    assertThat(rejected("queue-full")).isZero();
    assertThat(rejected("timeout")).isEqualTo(1);
    assertThat(registry.get("greenlet.web.live").gauge().value()).isZero();
    assertThat(registry.get("greenlet.web.limit").gauge().value()).isEqualTo(1);
    assertThat(registry.get("greenlet.web.waiting").gauge().value()).isZero();
  }

  private double rejected(String reason) {
    return registry.get("greenlet.web.rejected").tag("reason", reason).functionCounter().count();
  }

  private void request(Inside inside) throws IOException, ServletException {
    first.doFilter(
        new MockHttpServletRequest(),
        new MockHttpServletResponse(),
        (request, response) -> filter.doFilter(request, response, (_, _) -> inside.run()));
  }

  private interface Inside {
    void run() throws IOException, ServletException;
  }
}
