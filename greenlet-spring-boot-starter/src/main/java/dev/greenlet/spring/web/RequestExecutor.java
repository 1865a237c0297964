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
 * Runs each task of a servlet container as a greenlet of kind {@code request}: always a root, even
 * if another request submits the task by completing the response to this one. It starts on a
 * guessed lane, as the request line is read within the task: only the {@code @Greenlet} of the
 * handler determines the lane of the request.
 *
 * <p>Thread-safe; no method blocks. Shutting it down rejects new tasks, and leaves the runtime and
 * running tasks alone.
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
   * @param runtime the runtime of the greenlets
   * @param guesses the lanes on which they start
   * @param tasks counts the tasks
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
    TaskRun run = new TaskRun(task, tasks.begin(arrival));
    try {
      runtime.spawnRoot(options.on(arrival.guess()), run).onEnd(run::ended);
    } catch (RuntimeClosedException closed) {
      run.counted.end();
      throw new RejectedExecutionException(closed.getMessage(), closed);
    }
  }

  /**
   * Returns the connection that a task serves: an object that is the same for all tasks of the
   * connection, and differs from that of any other open connection. Called by the thread that
   * submits the task; must not block.
   *
   * @param task a task of the container
   * @return the connection, or {@code null} if it is not known
   */
  protected @Nullable Object connectionOf(Runnable task) {
    return null;
  }

  /**
   * Returns the number of tasks that have begun and not ended.
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

  /** One task, run by a greenlet that is spawned for it. */
  private final class TaskRun implements Callable<@Nullable Void> {
    private final Runnable task;
    private final ContainerTasks.Task counted;
    private volatile boolean begun;

    private TaskRun(Runnable task, ContainerTasks.Task counted) {
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

    /**
     * Runs the task in another greenlet if its greenlet was killed before it began: no request is
     * lost.
     */
    private void ended() {
      counted.end();
      if (!begun && !shutDown) {
        try {
          execute(task);
        } catch (RejectedExecutionException closed) {
          // then the container closes the connection
        }
      }
    }
  }
}
