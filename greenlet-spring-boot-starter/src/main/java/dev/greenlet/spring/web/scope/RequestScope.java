package dev.greenlet.spring.web.scope;

import dev.greenlet.CancelScope;
import dev.greenlet.Deadline;
import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.InterruptScope;
import dev.greenlet.spring.web.RequestLifecycle;
import jakarta.servlet.ServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The time limit, kills and children of one request while a greenlet handles it. A greenlet handles
 * the requests of a connection one after the other; the scope keeps them apart. Confined to that
 * greenlet, unless specified otherwise.
 */
public final class RequestScope {
  private final RequestLifetime lifetime;
  private final GreenletTask<?> greenlet = Greenlets.current();
  private final Set<GreenletTask<?>> preexisting = Set.copyOf(greenlet.children());
  private final ChildPolicy childPolicy;
  private final CancelScope cancelScope = CancelScope.begin();
  private final @Nullable InterruptScope interruptScope;
  private @Nullable Deadline deadline;
  private boolean closed;

  private RequestScope(
      RequestLifetime lifetime, ChildPolicy childPolicy, @Nullable Duration interruptAfter) {
    this.lifetime = lifetime;
    this.childPolicy = childPolicy;
    this.interruptScope = interruptAfter == null ? null : InterruptScope.after(interruptAfter);
  }

  static RequestScope open(
      RequestLifetime lifetime, ChildPolicy childPolicy, @Nullable Duration interruptAfter) {
    RequestScope opened = new RequestScope(lifetime, childPolicy, interruptAfter);
    if (!lifetime.isBeyondLimit()) {
      opened.openDeadline();
    }
    lifetime.lifecycle().attach(opened);
    return opened;
  }

  /**
   * Returns the scope of a request, or {@code null} if the current greenlet has no open scope of
   * it.
   */
  static @Nullable RequestScope of(ServletRequest request) {
    RequestLifecycle lifecycle = RequestLifecycle.of(request);
    RequestScope scope = lifecycle == null ? null : lifecycle.attached(RequestScope.class);
    return scope != null && !scope.closed && scope.greenlet == Greenlets.currentOrNull()
        ? scope
        : null;
  }

  /**
   * Sets the time limit of a request by the annotation of its handler, from the beginning of the
   * request, replacing the previous limit. To be called on the greenlet that handles the request.
   *
   * @param request the request; without a scope, the call has no effect
   * @param time the limit, or {@code null} to leave it unchanged
   */
  public static void limit(ServletRequest request, @Nullable Duration time) {
    RequestScope scope = time == null ? null : of(request);
    if (time != null && scope != null) {
      scope.limit(RequestTimeLimit.ofHandler(time));
    }
  }

  /**
   * Cancels a request because a greenlet that is part of it was killed. Has no effect if the
   * request has been answered, is cancelled, or has no scope. Any thread; does not block.
   *
   * @param request the request
   */
  public static void markKilled(ServletRequest request) {
    RequestLifecycle lifecycle = RequestLifecycle.of(request);
    RequestLifetime lifetime = lifecycle == null ? null : lifecycle.attached(RequestLifetime.class);
    if (lifetime != null) {
      lifetime.cancel(new Ending.Killed());
    }
  }

  /**
   * Sets the time limit from the beginning of the request, replacing the previous one, unless the
   * request is cancelled.
   */
  private void limit(RequestTimeLimit limit) {
    if (isCancelled()) {
      return;
    }
    lifetime.limit(limit);
    openDeadline();
  }

  private void openDeadline() {
    Deadline before = deadline;
    if (before != null) {
      before.close();
    }
    Duration left = lifetime.left();
    deadline = left == null ? null : Deadline.open(left);
  }

  /** Returns whether an exit was delivered, even if the application has caught it. */
  boolean isCancelled() {
    return lifetime.cancellation() != null || !closed && !(ending() instanceof Ending.Completed);
  }

  /**
   * Closes the scope, and joins or kills the children by their policy; or hands the request over to
   * another greenlet if it is asynchronous. A switch point.
   */
  Ending end(boolean failed, ServletRequest request, AsyncRequestTasks asyncRequestTasks) {
    try {
      if (request.isAsyncStarted()) {
        AsyncRequestTasks.AsyncRequest asyncRequest =
            asyncRequestTasks.begin(request, lifetime, children());
        deliverPending(); // the kill has reached the children before they were handed over
        Ending ending = ending();
        if (!(ending instanceof Ending.Completed)) {
          asyncRequest.cancel(ending);
        }
        return ending;
      }
      if (failed) {
        deliverPending(); // else the response would report the failure of a child that was killed
        // too
      }
      if (childPolicy == ChildPolicy.JOIN && !failed && ending() instanceof Ending.Completed) {
        joinChildren();
      }
      Ending ending = ending();
      boolean whole =
          childPolicy == ChildPolicy.JOIN && !failed && ending instanceof Ending.Completed;
      if (childPolicy != ChildPolicy.DETACH && !whole) {
        ChildGreenlets.kill(children());
      }
      return ending;
    } finally {
      close();
    }
  }

  private Ending ending() {
    Ending cancellation = lifetime.cancellation();
    if (cancellation != null) {
      return cancellation;
    }
    GreenletExit exit = cancelScope.exit();
    if (exit != null) {
      return new Ending.Killed();
    }
    Deadline opened = deadline;
    return opened != null && opened.isDelivered() ? lifetime.timedOut() : new Ending.Completed();
  }

  private void deliverPending() {
    try {
      cancelScope.deliver();
    } catch (GreenletExit exit) {
      // visible in the ending
    }
  }

  private void joinChildren() {
    try {
      ChildGreenlets.join(this::children);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (GreenletExit exit) {
      // visible in the ending
    }
  }

  private List<GreenletTask<?>> children() {
    List<GreenletTask<?>> present = greenlet.children();
    return present.isEmpty()
        ? present
        : present.stream().filter(child -> !preexisting.contains(child)).toList();
  }

  private void close() {
    closed = true;
    if (interruptScope != null) {
      interruptScope.close();
    }
    if (deadline != null) {
      deadline.close();
    }
    cancelScope.close();
  }
}
