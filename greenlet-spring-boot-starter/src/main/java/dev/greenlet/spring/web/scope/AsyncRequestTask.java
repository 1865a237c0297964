package dev.greenlet.spring.web.scope;

import dev.greenlet.Deadline;
import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import dev.greenlet.spring.web.async.AsyncRequestsConfigurer;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.async.StandardServletAsyncWebRequest;
import org.springframework.web.context.request.async.WebAsyncManager;

/**
 * What the greenlet does that stands for an asynchronous request: it waits for the answer. When the
 * time is up, or it is killed, it kills what the request has spawned, and has Spring MVC answer if
 * that does not by itself. In the end it sees to the children.
 */
final class AsyncRequestTask implements Callable<@Nullable Void> {
  private static final Log logger = LogFactory.getLog(AsyncRequestTask.class);
  private static final WaitReason ANSWER = new WaitReason("answer", "to an asynchronous request");
  private static final Ending OWN = new Ending.Own();

  private final RequestLifetime lifetime;
  private final List<GreenletTask<?>> reparented;
  private final ChildPolicy childPolicy;
  private final AsyncContext context;
  private volatile boolean begun;
  private final CompletableFuture<@Nullable Void> answer = new CompletableFuture<>();

  AsyncRequestTask(
      ServletRequest request,
      RequestLifetime lifetime,
      List<GreenletTask<?>> reparented,
      ChildPolicy childPolicy) {
    this.lifetime = lifetime;
    this.reparented = reparented;
    this.childPolicy = childPolicy;
    this.context = request.getAsyncContext();
    lifetime.lifecycle().onEnd(this::answered);
  }

  /** Whether a greenlet has begun to stand for the request. Any thread. */
  boolean hasBegun() {
    return begun;
  }

  @Override
  public @Nullable Void call() throws InterruptedException {
    begun = true;
    try {
      Ending ending = awaitAnswer();
      if (ending instanceof Ending.Own) {
        if (childPolicy == ChildPolicy.JOIN
            && !lifetime.lifecycle().isAsyncFailed()
            && lifetime.verdict() == null) {
          within(lifetime.left(), () -> ChildGreenlets.join(this::children));
        }
      } else if (lifetime.cutShort(ending)) {
        killChildren();
        Greenlets.shielded(this::endAnswer);
        within(null, this::awaitCompletion);
      }
    } finally {
      killChildren();
    }
    return null;
  }

  private Ending awaitAnswer() throws InterruptedException {
    Ending verdict = lifetime.verdict();
    if (verdict != null) {
      return verdict;
    }
    Ending ending = within(lifetime.left(), this::awaitCompletion);
    return ending instanceof Ending.TimedOut && lifetime.isBeyondLimit()
        ? within(null, this::awaitCompletion)
        : ending;
  }

  /** Also after a kill, for the answer that follows from it. */
  private void awaitCompletion() throws InterruptedException {
    Waiter waiter = Waiter.ofCurrent().externallyWoken().pastThrown();
    answer.whenComplete((_, _) -> waiter.wake());
    waiter.await(ANSWER);
  }

  /** How a wait ends: over, out of time or killed. */
  private Ending within(@Nullable Duration limit, Wait wait) throws InterruptedException {
    try {
      if (limit == null) {
        wait.await();
      } else {
        Deadline.within(
            limit,
            () -> {
              wait.await();
              return OWN;
            });
      }
      return OWN;
    } catch (TimeoutException over) {
      return lifetime.timedOut();
    } catch (GreenletExit exit) {
      return new Ending.Killed();
    }
  }

  /**
   * Has the request answered. A callable's result is its end, and its code must be over before
   * others have its turn; all else ends as it does when its asynchronous time is up.
   */
  private @Nullable Void endAnswer() throws InterruptedException {
    ChildGreenlets.join(() -> children().stream().filter(AsyncRequestTask::runsCallable).toList());
    WebAsyncManager manager = lifetime.asyncManager();
    if (!answer.isDone()
        && manager.isConcurrentHandlingStarted()
        && !manager.hasConcurrentResult()
        && manager.getAsyncWebRequest() instanceof StandardServletAsyncWebRequest request) {
      try {
        request.onTimeout(new AsyncEvent(context));
      } catch (IOException | RuntimeException failure) {
        logger.warn("%s was not told to end".formatted(Greenlets.current()), failure);
      }
    }
    return null;
  }

  /**
   * What handlers return to be run is the request itself, and ends with it whatever its
   * childPolicy.
   */
  private void killChildren() {
    ChildGreenlets.kill(
        children().stream()
            .filter(child -> childPolicy != ChildPolicy.DETACH || runsCallable(child))
            .toList());
  }

  private static boolean runsCallable(GreenletTask<?> child) {
    return child.kind().equals(AsyncRequestsConfigurer.KIND);
  }

  /** Those that are being reparented to it, and those whom its children have left to it. */
  private List<GreenletTask<?>> children() {
    return Stream.concat(reparented.stream(), Greenlets.current().children().stream())
        .filter(child -> !child.isDone())
        .distinct()
        .toList();
  }

  private void answered() {
    lifetime.answered();
    answer.complete(null);
  }

  @FunctionalInterface
  private interface Wait {
    void await() throws InterruptedException;
  }
}
