package dev.greenlet.spring.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.RuntimeClosedException;
import dev.greenlet.SpawnOptions;
import dev.greenlet.spring.web.lane.Arrival;
import dev.greenlet.spring.web.lane.LaneGuesses;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Runs each task of a servlet container as a greenlet of kind {@code request}: a root, also where
 * another request brings the task by completing the answer to this one. It starts on a lane that is
 * guessed, for the request line is read inside the task: only the handler's {@code @Greenlet} says
 * where to go on.
 *
 * <p>Thread-safe. It owns nothing: shutting it down refuses new tasks and leaves the runtime alone.
 */
public class RequestExecutor extends AbstractExecutorService {
  /** The kind of the greenlets that handle requests. */
  public static final String KIND = "request";

  private final GreenletRuntime runtime;
  private final LaneGuesses guesses;
  private final ContainerTasks tasks;
  private final SpawnOptions options;
  private final LongAdder live = new LongAdder();
  private volatile boolean shutDown;

  /**
   * Creates an executor.
   *
   * @param runtime where the greenlets live
   * @param guesses on which of its lanes they start
   * @param tasks where they are counted
   */
  public RequestExecutor(GreenletRuntime runtime, LaneGuesses guesses, ContainerTasks tasks) {
    this.runtime = runtime;
    this.guesses = guesses;
    this.tasks = tasks;
    this.options = SpawnOptions.named("connection").withKind(KIND);
  }

  /**
   * Spawns a greenlet for a task. Any thread; does not block.
   *
   * @throws RejectedExecutionException if the executor or the runtime is closed
   */
  @Override
  public void execute(Runnable task) {
    if (shutDown) {
      throw new RejectedExecutionException("The request executor of " + runtime + " is shut down");
    }
    Arrival arrival = guesses.arrivalOf(connectionOf(task));
    Handling handling = new Handling(task, tasks.begin(arrival));
    try {
      runtime.spawnRoot(options.on(arrival.guess()), handling).onEnd(handling::ended);
    } catch (RuntimeClosedException closed) {
      handling.counted.end();
      throw new RejectedExecutionException(closed.getMessage(), closed);
    }
  }

  /**
   * The connection that a task serves: an object that is the same for all its tasks, and that no
   * other connection has at the same time. Called by whoever brings the task; must not block.
   *
   * @param task a task of the container
   * @return the connection, or {@code null} if it cannot be told
   */
  protected @Nullable Object connectionOf(Runnable task) {
    return null;
  }

  /**
   * How many tasks of the container have begun and not ended.
   *
   * @return the number of tasks; may lag
   */
  protected final int live() {
    return live.intValue();
  }

  @Override
  public void shutdown() {
    shutDown = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutDown = true;
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return shutDown;
  }

  @Override
  public boolean isTerminated() {
    return shutDown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return shutDown;
  }

  /** One task, in the greenlet that was spawned for it. */
  private final class Handling implements Callable<@Nullable Void> {
    private final Runnable task;
    private final ContainerTasks.Task counted;
    private volatile boolean begun;

    private Handling(Runnable task, ContainerTasks.Task counted) {
      this.task = task;
      this.counted = counted;
    }

    @Override
    public @Nullable Void call() {
      begun = true;
      counted.makeCurrent();
      live.increment();
      try {
        task.run();
      } finally {
        live.decrement();
      }
      return null;
    }

    /** A kill that comes before the task has run hits no request, and must not lose one. */
    private void ended() {
      counted.end();
      if (!begun && !shutDown) {
        try {
          execute(task);
        } catch (RejectedExecutionException closed) {
          // then the container closes the connection by itself
        }
      }
    }
  }
}
