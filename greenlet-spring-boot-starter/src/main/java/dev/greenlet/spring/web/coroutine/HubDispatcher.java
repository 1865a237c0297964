package dev.greenlet.spring.web.coroutine;

import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.RuntimeClosedException;
import dev.greenlet.SpawnOptions;
import dev.greenlet.spring.web.RequestName;
import dev.greenlet.spring.web.async.AsyncRequestsConfigurer;
import dev.greenlet.sync.GreenletQueue;
import dev.greenlet.sync.QueueClosedException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import kotlin.Unit;
import kotlin.coroutines.CoroutineContext;
import kotlinx.coroutines.CoroutineDispatcher;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.Job;
import org.jspecify.annotations.Nullable;

/**
 * Runs the coroutines of one request on its hub. Each part of a coroutine between two suspensions
 * is a greenlet there. One greenlet of kind {@code async}, a child of the request, spawns them:
 * they inherit its context, and are part of its tree. It lasts until the first dispatched coroutine
 * is complete. A kill of it cancels that coroutine, which then completes.
 *
 * <p>A part that is dispatched after that (by a coroutine of another job) is a greenlet on the hub
 * without a request. If the runtime is closed, coroutines are cancelled and run on the threads of
 * Kotlin, as the contract of dispatchers demands of one that rejects tasks.
 *
 * <p>Thread-safe.
 */
final class HubDispatcher extends CoroutineDispatcher {
  private static final String KIND = "coroutine";

  private final GreenletRuntime runtime;
  private final SpawnOptions ofRequest;
  private final SpawnOptions ofPart;
  private final GreenletQueue<Part> parts;
  private final AtomicBoolean begun = new AtomicBoolean();

  private HubDispatcher(GreenletRuntime runtime, Hub hub, String name) {
    this.runtime = runtime;
    this.ofRequest =
        SpawnOptions.named(name).withKind(AsyncRequestsConfigurer.KIND).on(hub).asDaemon();
    this.ofPart = SpawnOptions.named(name).withKind(KIND).on(hub);
    this.parts = GreenletQueue.fifo(Integer.MAX_VALUE, "parts of a coroutine");
  }

  static HubDispatcher of(GreenletTask<?> request, Hub hub, GreenletRuntime runtime) {
    return new HubDispatcher(runtime, hub, RequestName.asyncOf(request));
  }

  @Override
  public void dispatch(CoroutineContext context, Runnable block) {
    Part part = new Part(context, block);
    if (begun.compareAndSet(false, true)) {
      begin(part);
    }
    enqueue(part);
  }

  private void enqueue(Part part) {
    try {
      parts.add(part);
    } catch (QueueClosedException ended) {
      spawn(part);
    }
  }

  /** Spawns the owner for the first part, which the greenlet of the request dispatches. */
  private void begin(Part first) {
    Job whole = first.job();
    if (whole == null) {
      parts.close();
      return;
    }
    try {
      GreenletTask<?> owner = runtime.spawn(ofRequest, () -> run(whole));
      owner.onEnd(() -> ended(whole));
    } catch (RuntimeClosedException closed) {
      parts.close();
      return;
    }
    whole.invokeOnCompletion(
        _ -> {
          parts.close();
          return Unit.INSTANCE;
        });
  }

  private @Nullable Void run(Job whole) {
    try {
      spawnParts();
    } catch (GreenletExit exit) {
      whole.cancel(exit);
      Greenlets.shielded(this::spawnPartsToTheEnd);
    } catch (InterruptedException interrupted) {
      whole.cancel(cancellation("The greenlet of the coroutine was interrupted", interrupted));
      Greenlets.shielded(this::spawnPartsToTheEnd);
    }
    return null;
  }

  private @Nullable Void spawnPartsToTheEnd() {
    while (true) {
      try {
        spawnParts();
        return null;
      } catch (InterruptedException again) {
        // the coroutine is cancelled already
      }
    }
  }

  private void spawnParts() throws InterruptedException {
    while (true) {
      Part part;
      try {
        part = parts.take();
      } catch (QueueClosedException complete) {
        return;
      }
      spawn(part);
    }
  }

  /** Handles the end of the owner: after the coroutine, or before it began. */
  private void ended(Job whole) {
    if (!whole.isCompleted()) {
      whole.cancel(new GreenletExit("The greenlet of the coroutine was killed", null));
    }
    parts.closeNow().forEach(this::spawn);
  }

  /** Runs a part in a greenlet: a child of the caller, if the caller is a greenlet. */
  private void spawn(Part part) {
    AtomicBoolean running = new AtomicBoolean();
    try {
      runtime
          .spawn(
              ofPart,
              Executors.callable(
                  () -> {
                    running.set(true);
                    part.block.run();
                  }))
          .onEnd(
              () -> {
                if (!running.get()) {
                  runAsKilled(part);
                }
              });
    } catch (RuntimeClosedException closed) {
      part.cancel(cancellation("The runtime of the coroutine is closed", closed));
      Dispatchers.getIO().dispatch(part.context, part.block);
    }
  }

  /**
   * Cancels and resumes a coroutine whose greenlet was killed before it began: else it would never
   * complete.
   */
  private void runAsKilled(Part part) {
    part.cancel(new GreenletExit("The greenlet of the coroutine was killed", null));
    enqueue(part);
  }

  private static CancellationException cancellation(String message, Exception cause) {
    CancellationException cancellation = new CancellationException(message);
    cancellation.initCause(cause);
    return cancellation;
  }

  private record Part(CoroutineContext context, Runnable block) {
    @Nullable Job job() {
      return context.get(Job.Key);
    }

    void cancel(CancellationException cause) {
      Job job = job();
      if (job != null) {
        job.cancel(cause);
      }
    }
  }
}
