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
 * One request while a greenlet handles it: how long it may take, whether it was killed, and what it
 * has spawned. A greenlet handles several requests of a connection one after the other; none of
 * this goes over to the next. Confined to that greenlet.
 */
public final class RequestScope {
  private final RequestLifetime lifetime;
  private final GreenletTask<?> greenlet = Greenlets.current();
  private final Set<GreenletTask<?>> preexisting = Set.copyOf(greenlet.children());
  private final ChildPolicy childPolicy;
  private final CancelScope stint = CancelScope.begin();
  private final @Nullable InterruptScope interruption;
  private @Nullable Deadline deadline;
  private boolean closed;

  private RequestScope(
      RequestLifetime lifetime, ChildPolicy childPolicy, @Nullable Duration interruptAfter) {
    this.lifetime = lifetime;
    this.childPolicy = childPolicy;
    this.interruption = interruptAfter == null ? null : InterruptScope.after(interruptAfter);
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

  /** The scope of a request, or {@code null} if it is handled by no greenlet of its own. */
  static @Nullable RequestScope of(ServletRequest request) {
    RequestLifecycle lifecycle = RequestLifecycle.of(request);
    RequestScope scope = lifecycle == null ? null : lifecycle.attached(RequestScope.class);
    return scope != null && !scope.closed && scope.greenlet == Greenlets.currentOrNull()
        ? scope
        : null;
  }

  /**
   * Limits a request to the time that its handler's annotation allows, from its beginning. Takes
   * the place of the limit before. The greenlet that handles the request.
   *
   * @param request the request; has no limit if it has no scope of its own
   * @param time the time, or {@code null} to leave the limit as it is
   */
  public static void limit(ServletRequest request, @Nullable Duration time) {
    RequestScope scope = time == null ? null : of(request);
    if (time != null && scope != null) {
      scope.limit(RequestTimeLimit.ofHandler(time));
    }
  }

  /**
   * Cuts a request short because a greenlet was killed that the request consists of. Of no effect
   * if it has been answered, was cut short before, or has no scope of its own. Any thread.
   *
   * @param request the request
   */
  public static void killed(ServletRequest request) {
    RequestLifecycle lifecycle = RequestLifecycle.of(request);
    RequestLifetime lifetime = lifecycle == null ? null : lifecycle.attached(RequestLifetime.class);
    if (lifetime != null) {
      lifetime.cutShort(new Ending.Killed());
    }
  }

  /**
   * Says how long the request may take, from its beginning. Takes the place of what was said,
   * unless the request was cut short by that.
   */
  private void limit(RequestTimeLimit limit) {
    if (isCutShort()) {
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

  /** Whether an exit was delivered, whatever the application makes of it. */
  boolean isCutShort() {
    return lifetime.verdict() != null || !closed && !(ending() instanceof Ending.Own);
  }

  /**
   * Ends what was opened, and what was spawned as it is its childPolicy; or leaves it to the
   * stand-in, if the request goes on asynchronously.
   */
  Ending end(boolean failed, ServletRequest request, AsyncRequestTasks asyncRequestTasks) {
    try {
      if (request.isAsyncStarted()) {
        AsyncRequestTasks.Handed handed = asyncRequestTasks.begin(request, lifetime, children());
        deliverPending(); // it has reached the children before they were handed over
        Ending ending = ending();
        if (!(ending instanceof Ending.Own)) {
          handed.cutShort(ending);
        }
        return ending;
      }
      if (failed) {
        deliverPending(); // or the failure of a child that was killed too would be the answer
      }
      if (childPolicy == ChildPolicy.JOIN && !failed && ending() instanceof Ending.Own) {
        joinChildren();
      }
      Ending ending = ending();
      boolean whole = childPolicy == ChildPolicy.JOIN && !failed && ending instanceof Ending.Own;
      if (childPolicy != ChildPolicy.DETACH && !whole) {
        ChildGreenlets.kill(children());
      }
      return ending;
    } finally {
      close();
    }
  }

  private Ending ending() {
    Ending verdict = lifetime.verdict();
    if (verdict != null) {
      return verdict;
    }
    GreenletExit exit = stint.exit();
    if (exit != null) {
      return new Ending.Killed();
    }
    Deadline opened = deadline;
    return opened != null && opened.isDelivered() ? lifetime.timedOut() : new Ending.Own();
  }

  private void deliverPending() {
    try {
      stint.deliver();
    } catch (GreenletExit cutShort) {
      // the ending shows it
    }
  }

  private void joinChildren() {
    try {
      ChildGreenlets.join(this::children);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (GreenletExit cutShort) {
      // the ending tells
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
    if (interruption != null) {
      interruption.close();
    }
    if (deadline != null) {
      deadline.close();
    }
    stint.close();
  }
}
