package dev.greenlet.spring.web.scope;

import dev.greenlet.Deadline;
import dev.greenlet.DeadlineExit;
import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Interruption;
import dev.greenlet.Registration;
import dev.greenlet.Stint;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request while it is handled: how long it may take, whether it was killed, and what it has
 * spawned. A greenlet handles several requests of a connection one after the other; none of this
 * goes over to the next. Confined to that greenlet.
 */
final class RequestScope {
  private static final String ATTRIBUTE = RequestScope.class.getName();

  private final GreenletTask<?> greenlet = Greenlets.current();
  private final List<GreenletTask<?>> elders = greenlet.children();
  private final Children fate;
  private final Stint stint = Stint.begin();
  private final @Nullable Interruption interruption;
  private final long begun = System.nanoTime();
  private @Nullable Deadline deadline;
  private Duration limit = Duration.ZERO;
  private boolean closed;

  private RequestScope(Children fate, @Nullable Duration interruptAfter) {
    this.fate = fate;
    this.interruption = interruptAfter == null ? null : Interruption.after(interruptAfter);
  }

  static RequestScope open(
      ServletRequest request, Children fate, @Nullable Duration interruptAfter) {
    RequestScope opened = new RequestScope(fate, interruptAfter);
    request.setAttribute(ATTRIBUTE, opened);
    return opened;
  }

  /** The scope of a request, or {@code null} if it is handled by no greenlet of its own. */
  static @Nullable RequestScope of(ServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof RequestScope scope
            && scope.greenlet == Greenlets.currentOrNull()
        ? scope
        : null;
  }

  /** Says how long the request may take, from its beginning. Takes the place of what was said. */
  void limit(Duration time) {
    Deadline before = deadline;
    if (before != null) {
      before.close();
    }
    Duration left = time.minusNanos(System.nanoTime() - begun);
    limit = time;
    deadline = Deadline.open(left.isNegative() ? Duration.ZERO : left);
  }

  /** Whether an exit was delivered, whatever the application makes of it. */
  boolean isCutShort() {
    return !closed && !(ending() instanceof Ending.Own);
  }

  /** Ends what was opened, and what was spawned as it is its fate. */
  Ending end(boolean failed, ServletRequest request) {
    try {
      if (request.isAsyncStarted()) {
        killAtCompletion(request);
        return ending();
      }
      if (fate == Children.JOIN && !failed && ending() instanceof Ending.Own) {
        joinChildren();
      }
      Ending ending = ending();
      boolean whole = fate == Children.JOIN && !failed && ending instanceof Ending.Own;
      if (fate != Children.DETACH && !whole) {
        kill(children());
      }
      return ending;
    } finally {
      close();
    }
  }

  private Ending ending() {
    GreenletExit exit = stint.exit();
    if (exit != null) {
      return new Ending.Killed(exit);
    }
    Deadline opened = deadline;
    return opened != null && opened.isDelivered() ? new Ending.TimedOut(limit) : new Ending.Own();
  }

  /** Children may spawn children, which their parents leave behind. */
  private void joinChildren() {
    try {
      for (List<GreenletTask<?>> left = children(); !left.isEmpty(); left = children()) {
        for (GreenletTask<?> child : left) {
          awaitEnd(child);
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (GreenletExit | DeadlineExit cutShort) {
      // the ending tells
    }
  }

  /** Not by joining it: a failure that nobody has looked at is to be reported. */
  private static void awaitEnd(GreenletTask<?> child) throws InterruptedException {
    Waiter waiter = Waiter.ofCurrent();
    try (Registration _ = child.onEnd(waiter::wake)) {
      waiter.await(new WaitReason(WaitReason.JOIN, child.toString()));
    }
  }

  private List<GreenletTask<?>> children() {
    List<GreenletTask<?>> own = new ArrayList<>(greenlet.children());
    own.removeAll(elders);
    return own;
  }

  private static void kill(List<GreenletTask<?>> children) {
    children.forEach(child -> Greenlets.killTree(child, "its request has ended"));
  }

  /** The greenlet will have gone by then, and its children will be nobody's. */
  private void killAtCompletion(ServletRequest request) {
    if (fate != Children.KILL) {
      return;
    }
    List<GreenletTask<?>> children = children();
    request.getAsyncContext().addListener(new AtCompletion(children));
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

  private record AtCompletion(List<GreenletTask<?>> children) implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      kill(children);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this); // a new cycle forgets the listeners before
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {}
  }
}
