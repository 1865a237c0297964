package dev.greenlet.spring.web.scope;

import dev.greenlet.spring.web.RequestLifecycle;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.async.WebAsyncManager;
import org.springframework.web.context.request.async.WebAsyncUtils;

/**
 * The time limit and the cancellation of one request, from its beginning to its response, for all
 * its greenlets. Thread-safe.
 */
final class RequestLifetime {
  private static final String INTERCEPTOR = RequestLifetime.class.getName();

  private final RequestLifecycle lifecycle;
  private final HttpServletResponse answer;
  private final WebAsyncManager asyncManager;
  private final long begun = System.nanoTime();
  private volatile @Nullable RequestTimeLimit limit;
  private volatile @Nullable Ending cancellation; // written under the monitor
  private boolean answered; // guarded by this

  private RequestLifetime(
      RequestLifecycle lifecycle,
      HttpServletResponse answer,
      WebAsyncManager asyncManager,
      @Nullable RequestTimeLimit limit) {
    this.lifecycle = lifecycle;
    this.answer = answer;
    this.asyncManager = asyncManager;
    this.limit = limit;
  }

  /** Creates the lifetime of a request that begins. */
  static RequestLifetime begin(
      RequestLifecycle lifecycle,
      ServletRequest request,
      HttpServletResponse answer,
      @Nullable RequestTimeLimit limit) {
    WebAsyncManager manager = WebAsyncUtils.getAsyncManager(request);
    RequestLifetime begun = new RequestLifetime(lifecycle, answer, manager, limit);
    manager.registerCallableInterceptor(INTERCEPTOR, new CallableKillInterceptor(begun));
    lifecycle.attach(begun);
    return begun;
  }

  /** Returns the lifecycle of the request. */
  RequestLifecycle lifecycle() {
    return lifecycle;
  }

  /** Returns the response that the filter has received. */
  HttpServletResponse answer() {
    return answer;
  }

  /** Returns Spring MVC's manager of the asynchronous processing of the request. */
  WebAsyncManager asyncManager() {
    return asyncManager;
  }

  /** Sets the time limit of the request, replacing the previous one. */
  void limit(RequestTimeLimit allowed) {
    limit = allowed;
  }

  /** Returns the ending of a request whose time limit has expired. */
  Ending timedOut() {
    RequestTimeLimit allowed = limit;
    return new Ending.TimedOut(allowed == null ? Duration.ZERO : allowed.time());
  }

  /**
   * Returns the remaining time, zero after the limit has expired, or {@code null} if there is no
   * limit.
   */
  @Nullable Duration left() {
    RequestTimeLimit allowed = limit;
    if (allowed == null) {
      return null;
    }
    Duration left = allowed.time().minusNanos(System.nanoTime() - begun);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /**
   * Returns whether the limit no longer applies, as a stream has begun that the limit does not end.
   */
  synchronized boolean isBeyondLimit() {
    RequestTimeLimit allowed = limit;
    return allowed != null && !allowed.endsStreams() && !answered && isCommitted();
  }

  private boolean isCommitted() {
    try {
      return answer.isCommitted();
    } catch (IllegalStateException recycled) {
      return true; // the response is complete, and the request is about to end
    }
  }

  /**
   * Cancels the request, unless it has been answered or cancelled. Returns whether it is cancelled.
   */
  synchronized boolean cancel(Ending ending) {
    if (cancellation == null && !answered) {
      cancellation = ending;
    }
    return cancellation != null;
  }

  /** Returns the ending of a cancelled request, or {@code null} if it is not cancelled. */
  @Nullable Ending cancellation() {
    return cancellation;
  }

  /** Notes that the request has ended: the container may reuse its response for others. */
  synchronized void markAnswered() {
    answered = true;
  }
}
