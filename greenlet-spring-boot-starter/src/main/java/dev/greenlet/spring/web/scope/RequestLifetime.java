package dev.greenlet.spring.web.scope;

import dev.greenlet.spring.web.RequestLifecycle;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.async.WebAsyncManager;
import org.springframework.web.context.request.async.WebAsyncUtils;

/**
 * One request from its beginning to its answer, whichever greenlets have to do with it: how long it
 * may take, and whether it was cut short. Thread-safe.
 */
final class RequestLifetime {
  private static final String INTERCEPTOR = RequestLifetime.class.getName();

  private final RequestLifecycle lifecycle;
  private final HttpServletResponse answer;
  private final WebAsyncManager asyncManager;
  private final long begun = System.nanoTime();
  private volatile @Nullable RequestTimeLimit limit;
  private volatile @Nullable Ending verdict; // written under the monitor
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

  /** The lifetime of a request that begins. */
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

  /** The request as all layers know it. */
  RequestLifecycle lifecycle() {
    return lifecycle;
  }

  /** The response, as the container made it or whoever comes before the filter. */
  HttpServletResponse answer() {
    return answer;
  }

  /** Where Spring MVC keeps what becomes of a request that has gone asynchronous. */
  WebAsyncManager asyncManager() {
    return asyncManager;
  }

  /** Says how long the request may take. Takes the place of what was said. */
  void limit(RequestTimeLimit allowed) {
    limit = allowed;
  }

  /** The ending of a request whose time is up. */
  Ending timedOut() {
    RequestTimeLimit allowed = limit;
    return new Ending.TimedOut(allowed == null ? Duration.ZERO : allowed.time());
  }

  /** What is left of the time, zero when it is over, or {@code null} if there is no limit. */
  @Nullable Duration left() {
    RequestTimeLimit allowed = limit;
    if (allowed == null) {
      return null;
    }
    Duration left = allowed.time().minusNanos(System.nanoTime() - begun);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Whether the limit does not count any more, for a stream has begun that it does not end. */
  synchronized boolean isBeyondLimit() {
    RequestTimeLimit allowed = limit;
    return allowed != null && !allowed.endsStreams() && !answered && isCommitted();
  }

  private boolean isCommitted() {
    try {
      return answer.isCommitted();
    } catch (IllegalStateException recycled) {
      return true; // the response is complete, and the request about to end
    }
  }

  /**
   * Decides that the request ends before it is done, unless it has been answered or that is decided
   * already. Returns whether it is so.
   */
  synchronized boolean cutShort(Ending ending) {
    if (verdict == null && !answered) {
      verdict = ending;
    }
    return verdict != null;
  }

  /** How the request ends before it is done, or {@code null} while it goes on by itself. */
  @Nullable Ending verdict() {
    return verdict;
  }

  /** The container has done with the request, and will use its response for others. */
  synchronized void answered() {
    answered = true;
  }
}
