package dev.greenlet.spring.web.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.spring.web.DisconnectDetection;
import dev.greenlet.spring.web.RequestFilter;
import dev.greenlet.spring.web.ServletContainer;
import dev.greenlet.spring.web.admission.ConcurrencyLimit.Ending;
import dev.greenlet.spring.web.admission.ConcurrencyLimit.Sample;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** The samples that the filter reports to the limit, and the release of every permit. */
class AdmissionFilterTests {
  private final List<Ending> endings = new ArrayList<>();
  private final Admission admission =
      new Admission(new Recorded(endings), 0, Duration.ofMillis(1500), System::nanoTime);
  private final Filter first =
      new RequestFilter(ServletContainer.UNKNOWN, DisconnectDetection.NONE);
  private final Filter second =
      new AdmissionFilter(admission, () -> new ExemptPaths(List.of("/free/**")));
  private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/some");
  private final MockHttpServletResponse response = new MockHttpServletResponse();

  @ParameterizedTest
  @CsvSource({
    "200, SUCCESS",
    "304, SUCCESS",
    "404, IGNORED",
    "500, IGNORED",
    "503, DROPPED",
    "504, DROPPED"
  })
  void theStatusDeterminesTheEnding(int status, Ending ending) throws Exception {
    handle(request, response, (_, answer) -> ((HttpServletResponse) answer).setStatus(status));

    assertThat(endings).containsExactly(ending);
    assertNoLiveRequests();
  }

  @Test
  void anExceptionIsIgnoredAndReleasesThePermit() {
    FilterChain failing =
        (_, _) -> {
          throw new IllegalStateException("on purpose");
        };

    assertThatThrownBy(() -> handle(request, response, failing)).hasMessage("on purpose");

    assertThat(endings).containsExactly(Ending.IGNORED);
    assertNoLiveRequests();
  }

  @Test
  void anAsynchronousRequestThatStartsAgainHoldsItsPermitUntilItCompletes() throws Exception {
    request.setAsyncSupported(true);
    handle(request, response, (asynchronous, _) -> asynchronous.startAsync());
    MockAsyncContext first = Objects.requireNonNull((MockAsyncContext) request.getAsyncContext());
    AsyncListener listener = first.getListeners().getFirst();

    MockAsyncContext second = new MockAsyncContext(request, response);
    listener.onStartAsync(new AsyncEvent(second));
    assertThat(admission.snapshot().live()).isEqualTo(1);
    second.complete();

    assertThat(endings).containsExactly(Ending.IGNORED);
    assertNoLiveRequests();
  }

  @Test
  void anAsynchronousRequestThatCompletesBeforeAListenerIsAddedReleasesItsPermit()
      throws Exception {
    MockHttpServletRequest completed =
        new MockHttpServletRequest("GET", "/some") {
          @Override
          public boolean isAsyncStarted() {
            return true;
          }

          @Override
          public AsyncContext getAsyncContext() {
            throw new IllegalStateException("complete");
          }
        };

    handle(completed, response, (_, _) -> {});

    assertNoLiveRequests();
  }

  @Test
  void aRejectedRequestGetsRetryAfterInWholeSeconds() throws Exception {
    admission.acquire();

    handle(request, response, (_, _) -> {});

    assertThat(response.getStatus()).isEqualTo(503);
    assertThat(response.getHeader("Retry-After")).isEqualTo("2");
  }

  @Test
  void exemptPathsNeedNoPermit() throws Exception {
    admission.acquire();
    request.setServletPath("/free");
    request.setPathInfo("/of/charge");

    handle(request, response, (_, answer) -> ((HttpServletResponse) answer).setStatus(204));

    assertThat(response.getStatus()).isEqualTo(204);
    assertThat(admission.snapshot().admitted()).isEqualTo(1);
  }

  private void handle(
      MockHttpServletRequest handled, MockHttpServletResponse answer, FilterChain chain)
      throws IOException, ServletException {
    first.doFilter(handled, answer, (inner, out) -> second.doFilter(inner, out, chain));
  }

  private void assertNoLiveRequests() {
    assertThat(admission.snapshot().live()).isZero();
  }

  private record Recorded(List<Ending> endings) implements ConcurrencyLimit {
    @Override
    public int current() {
      return 1;
    }

    @Override
    public void onEnd(Sample sample) {
      endings.add(sample.ending());
    }
  }
}
