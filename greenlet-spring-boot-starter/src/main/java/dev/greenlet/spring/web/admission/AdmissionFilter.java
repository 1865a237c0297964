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
 * Lets a request in when it is admitted, and answers it with 503, {@code Retry-After} and a problem
 * detail when it is not. The container would close the connection of a task that it cannot have
 * run, so it is refused here.
 *
 * <p>To be registered for the dispatcher type {@code REQUEST} only, behind {@link
 * dev.greenlet.spring.web.RequestFilter}: a request keeps its place until it ends, its asynchronous
 * processing and its error page included.
 */
public final class AdmissionFilter implements Filter {
  private final Admission admission;
  private final Supplier<ExemptPaths> exempt;

  /**
   * Creates a filter.
   *
   * @param admission who admits
   * @param exempt who is not asked for admission; first used by the first request
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
    switch (enter()) {
      case Permit permit -> serve(request, response, chain, permit);
      case Refusal refusal -> refuse(response, refusal.problem());
    }
  }

  private AdmissionResult enter() {
    try {
      return admission.enter();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Refusal.Cancelled();
    } catch (GreenletExit killed) {
      return new Refusal.Cancelled(); // the greenlet knows; the client deserves an answer
    }
  }

  private static void serve(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain, Permit permit)
      throws IOException, ServletException {
    RequestLifecycle lifecycle = RequestLifecycle.of(request);
    if (lifecycle == null) {
      permit.end();
      throw new IllegalStateException("The first filter of all must be a RequestFilter");
    }
    lifecycle.onEnd(permit::end);
    chain.doFilter(request, response);
    if (!request.isAsyncStarted()) {
      permit.note(endingOf(response)); // else the time says nothing
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

  private void refuse(HttpServletResponse response, ProblemDetail problem) throws IOException {
    ProblemResponse.retryAfter(admission.retryAfter(), response);
    ProblemResponse.write(problem, response);
  }
}
