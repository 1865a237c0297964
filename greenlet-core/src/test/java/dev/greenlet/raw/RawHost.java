package dev.greenlet.raw;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Lane;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.TestEngine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Where a tree of raw greenlets may live. */
enum RawHost {
  PLATFORM_THREAD(null, false),
  NATIVE_HUB(TestEngine.NATIVE, true),
  NATIVE_SHARED_LANE(TestEngine.NATIVE, false),
  PORTABLE_HUB(TestEngine.PORTABLE, true),
  PORTABLE_PLATFORM_HUB(TestEngine.PLATFORM_THREADS, true);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final @Nullable TestEngine engine;
  private final boolean exclusive;

  RawHost(@Nullable TestEngine engine, boolean exclusive) {
    this.engine = engine;
    this.exclusive = exclusive;
  }

  /** A runtime, or plain threads. */
  Stage open() {
    if (engine == null) {
      return new Threads();
    }
    GreenletRuntime runtime = engine.builder().hubs(2).build();
    return new Tasks(runtime, exclusive ? runtime.hubs().getFirst() : runtime.sharedLane());
  }

  /** What an owner runs. */
  @FunctionalInterface
  interface Body {
    void run() throws Throwable;
  }

  /** A thread, or a task greenlet, with a tree of its own. */
  interface Owner {
    /** Waits until it has ended. Any thread; fails as it failed. */
    void join() throws Throwable;
  }

  /** Makes owners, all on the same lane if on any. */
  interface Stage extends AutoCloseable {
    Owner start(Body body);

    /** The runtime, where there is one. */
    default GreenletRuntime runtime() {
      throw new UnsupportedOperationException("plain threads have no runtime");
    }

    @Override
    void close();
  }

  private record Threads() implements Stage {
    @Override
    public Owner start(Body body) {
      CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
      Thread thread =
          Thread.ofPlatform()
              .daemon()
              .name("owner")
              .start(
                  () -> {
                    try {
                      body.run();
                      end.complete(null);
                    } catch (Throwable failure) {
                      end.completeExceptionally(failure);
                    }
                  });
      return () -> {
        try {
          end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
          throw failure.getCause();
        } catch (TimeoutException late) {
          throw hung(thread.getStackTrace());
        }
        thread.join();
      };
    }

    @Override
    public void close() {}
  }

  private record Tasks(GreenletRuntime runtime, Lane lane) implements Stage {
    @Override
    public Owner start(Body body) {
      GreenletTask<@Nullable Void> task =
          runtime.spawn(
              SpawnOptions.named("owner").on(lane),
              () -> {
                try {
                  body.run();
                } catch (Exception | Error failure) {
                  throw failure;
                } catch (Throwable impossible) {
                  throw new AssertionError(impossible);
                }
                return null;
              });
      return () -> {
        Outcome<@Nullable Void> outcome = task.join(PATIENCE);
        if (outcome == null) {
          throw hung(task.stackTrace().toArray(StackTraceElement[]::new));
        }
        if (outcome instanceof Outcome.Failed<?> failed) {
          throw failed.cause();
        }
      };
    }

    /** No greenlet may be left when all owners have ended. */
    @Override
    public void close() {
      boolean quiet = isQuiet();
      String left = runtime.live().toString();
      runtime.close(Duration.ofMillis(100));
      if (!quiet) {
        throw new AssertionError("left behind: " + left);
      }
    }

    private boolean isQuiet() {
      try {
        return runtime.awaitQuiescence(Duration.ofSeconds(5));
      } catch (InterruptedException cutShort) {
        throw new AssertionError(cutShort);
      }
    }
  }

  private static AssertionError hung(StackTraceElement[] stack) {
    AssertionError failure = new AssertionError("the owner did not end; its stack is here");
    failure.setStackTrace(stack);
    return failure;
  }
}
