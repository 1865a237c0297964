package dev.greenlet.spring.web.admission;

import dev.greenlet.GreenletExit;
import dev.greenlet.spring.web.ProblemResponse;
import dev.greenlet.spring.web.RequestLifecycle;
import dev.greenlet.spring.web.admission.ConcurrencyLimit.Ending;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * Passes admitted requests on, and answers rejected ones with 503, {@code Retry-After} and problem
 * details. Requests are rejected here, as the container would close the connection of a task that
 * its executor rejects.
 *
 * <p>To be registered for the dispatcher type {@code REQUEST} only, after {@link
 * dev.greenlet.spring.web.RequestFilter}: a request keeps its permit until it ends, asynchronous
 * processing and the error page included. Thread-safe.
 */
public final class AdmissionFilter implements Filter {
  private final Admission admission;
  private final Supplier<ExemptPaths> exempt;

  /**
   * Creates a filter.
   *
   * @param admission the admission
   * @param exempt supplies the paths that need no admission, first used for the first request
   */
  public AdmissionFilter(Admission admission, Supplier<ExemptPaths> exempt) {
    this.admission = admission;
    this.exempt = exempt;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request instanceof HttpServletRequest http
        && response instanceof HttpServletResponse answer
        && !exempt.get().contain(http)) {
      admit(http, answer, chain);
    } else {
      chain.doFilter(request, response);
    }
  }

  private void admit(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    switch (acquire()) {
      case Permit permit -> serve(request, response, chain, permit);
      case Rejection rejection -> reject(response, rejection.problem());
    }
  }

  private AdmissionResult acquire() {
    try {
      return admission.acquire();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Rejection.Cancelled();
    } catch (GreenletExit killed) {
      return new Rejection.Cancelled(); // the kill is delivered; the client still gets a response
    }
  }

  private static void serve(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain, Permit permit)
      throws IOException, ServletException {
    RequestLifecycle lifecycle = RequestLifecycle.of(request);
    if (lifecycle == null) {
      permit.release();
      throw new IllegalStateException(
          "The request has no lifecycle: register a RequestFilter as the first filter");
    }
    lifecycle.onEnd(permit::release);
    chain.doFilter(request, response);
    if (!request.isAsyncStarted()) {
      permit.setEnding(endingOf(response)); // else its duration is not that of the response
    }
  }

  private static Ending endingOf(HttpServletResponse response) {
    int status = response.getStatus();
    return status < HttpStatus.BAD_REQUEST.value()
        ? Ending.SUCCESS
        : status == HttpStatus.SERVICE_UNAVAILABLE.value()
                || status == HttpStatus.GATEWAY_TIMEOUT.value()
            ? Ending.DROPPED
            : Ending.IGNORED;
  }

  private void reject(HttpServletResponse response, ProblemDetail problem) throws IOException {
    ProblemResponse.retryAfter(admission.retryAfter(), response);
    ProblemResponse.write(problem, response);
  }
}
