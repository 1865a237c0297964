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
 * The body of the greenlet that represents an asynchronous request: it waits for the response. If
 * the time limit expires or the greenlet is killed, it kills the greenlets that the request has
 * spawned, and makes Spring MVC respond unless it has responded. Finally it joins or kills the
 * children, by their policy.
 */
final class AsyncRequestTask implements Callable<@Nullable Void> {
  private static final Log logger = LogFactory.getLog(AsyncRequestTask.class);
  private static final WaitReason ANSWER = new WaitReason("answer", "to an asynchronous request");
  private static final Ending COMPLETED = new Ending.Completed();

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

  /** Returns whether the greenlet has begun. Any thread. */
  boolean hasBegun() {
    return begun;
  }

  @Override
  public @Nullable Void call() throws InterruptedException {
    begun = true;
    try {
      Ending ending = awaitAnswer();
      if (ending instanceof Ending.Completed) {
        if (childPolicy == ChildPolicy.JOIN
            && !lifetime.lifecycle().isAsyncFailed()
            && lifetime.cancellation() == null) {
          within(lifetime.left(), () -> ChildGreenlets.join(this::children));
        }
      } else if (lifetime.cancel(ending)) {
        killChildren();
        Greenlets.shielded(this::forceAnswer);
        within(null, this::awaitCompletion);
      }
    } finally {
      killChildren();
    }
    return null;
  }

  private Ending awaitAnswer() throws InterruptedException {
    Ending cancellation = lifetime.cancellation();
    if (cancellation != null) {
      return cancellation;
    }
    Ending ending = within(lifetime.left(), this::awaitCompletion);
    return ending instanceof Ending.TimedOut && lifetime.isBeyondLimit()
        ? within(null, this::awaitCompletion)
        : ending;
  }

  /** Waits for the end of the request; also after a kill, for the response that it causes. */
  private void awaitCompletion() throws InterruptedException {
    Waiter waiter = Waiter.ofCurrent().externallyWoken().pastThrown();
    answer.whenComplete((_, _) -> waiter.wake());
    waiter.await(ANSWER);
  }

  /** Waits with an optional time limit, and returns how the wait has ended. */
  private Ending within(@Nullable Duration limit, Wait wait) throws InterruptedException {
    try {
      if (limit == null) {
        wait.await();
      } else {
        Deadline.within(
            limit,
            () -> {
              wait.await();
              return COMPLETED;
            });
      }
      return COMPLETED;
    } catch (TimeoutException over) {
      return lifetime.timedOut();
    } catch (GreenletExit exit) {
      return new Ending.Killed();
    }
  }

  /**
   * Causes the response. The result of a callable is the response, and its code must have ended
   * before others get its turn; any other processing ends as on an asynchronous timeout.
   */
  private @Nullable Void forceAnswer() throws InterruptedException {
    ChildGreenlets.join(() -> children().stream().filter(AsyncRequestTask::runsCallable).toList());
    WebAsyncManager manager = lifetime.asyncManager();
    if (!answer.isDone()
        && manager.isConcurrentHandlingStarted()
        && !manager.hasConcurrentResult()
        && manager.getAsyncWebRequest() instanceof StandardServletAsyncWebRequest request) {
      try {
        request.onTimeout(new AsyncEvent(context));
      } catch (IOException | RuntimeException failure) {
        logger.warn(
            "Could not end the asynchronous processing of %s".formatted(Greenlets.current()),
            failure);
      }
    }
    return null;
  }

  /**
   * Kills the children. Tasks that a handler has returned are part of the request, and end with it
   * under each policy.
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

  /**
   * Returns the children that are being reparented to this greenlet, and those that ended children
   * have left to it.
   */
  private List<GreenletTask<?>> children() {
    return Stream.concat(reparented.stream(), Greenlets.current().children().stream())
        .filter(child -> !child.isDone())
        .distinct()
        .toList();
  }

  private void answered() {
    lifetime.markAnswered();
    answer.complete(null);
  }

  @FunctionalInterface
  private interface Wait {
    void await() throws InterruptedException;
  }
}
