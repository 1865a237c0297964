package dev.greenlet.sync;

import java.time.Duration;
import java.util.ArrayDeque;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever the threads do to a primitive could have been done one after the other. */
@Tag("concurrency")
class LinearizabilityTests {

  private static void check(Class<?> subject, Class<?> specification) {
    new ModelCheckingOptions()
        .iterations(15)
        .invocationsPerIteration(500)
        .threads(3)
        .actorsPerThread(3)
        .sequentialSpecification(specification)
        .check(subject);
    new StressOptions()
        .iterations(15)
        .invocationsPerIteration(1_000)
        .threads(3)
        .actorsPerThread(3)
        .sequentialSpecification(specification)
        .check(subject);
  }

  /** Hunted for: an element seen twice, out of order or above the bound, while puts and takes cross. */
  @Test
  void aFifoQueueIs() {
    check(Fifo.class, SequentialFifo.class);
  }

  /** Hunted for: a put staged on a tree that a take has replaced meanwhile brings an element back. */
  @Test
  void aPriorityQueueIs() {
    check(Priority.class, SequentialPriority.class);
  }

  /** Hunted for: a permit taken twice, or lost between two releases. */
  @Test
  void aSemaphoreIs() {
    check(Semaphore.class, SequentialSemaphore.class);
  }

  /** Hunted for: a value accepted after the close, or a close that swallows the buffer. */
  @Test
  void aChannelIs() {
    check(BufferedChannel.class, SequentialChannel.class);
  }

  /** Hunted for: two completions that both count, or a result that changes. */
  @Test
  void aPromiseIs() {
    check(OnePromise.class, SequentialPromise.class);
  }

  /** A bounded queue. */
  @Param(name = "value", gen = IntGen.class, conf = "1:3")
  public static class Fifo {
    private final GreenletQueue<Integer> queue = GreenletQueue.fifo(2, "fifo");

    @Operation
    public boolean offer(int value) {
      return queue.offer(value);
    }

    @Operation
    public @Nullable Integer poll() {
      return queue.poll();
    }

    @Operation
    public @Nullable Integer peek() {
      return queue.peek();
    }

    @Operation
    public int size() {
      return queue.size();
    }
  }

  /** What {@link Fifo} should do. */
  public static class SequentialFifo {
    private final ArrayDeque<Integer> queue = new ArrayDeque<>();

    public boolean offer(int value) {
      return queue.size() < 2 && queue.offer(value);
    }

    public @Nullable Integer poll() {
      return queue.poll();
    }

    public @Nullable Integer peek() {
      return queue.peek();
    }

    public int size() {
      return queue.size();
    }
  }

  /** A queue, the least first. */
  @Param(name = "value", gen = IntGen.class, conf = "1:3")
  public static class Priority {
    private final GreenletQueue<Integer> queue =
        GreenletQueue.priority(Integer::compare, 2, "priority");

    @Operation
    public boolean offer(int value) {
      return queue.offer(value);
    }

    @Operation
    public @Nullable Integer poll() {
      return queue.poll();
    }

    @Operation
    public int size() {
      return queue.size();
    }
  }

  /** What {@link Priority} should do. */
  public static class SequentialPriority {
    private final java.util.PriorityQueue<Integer> queue = new java.util.PriorityQueue<>();

    public boolean offer(int value) {
      return queue.size() < 2 && queue.offer(value);
    }

    public @Nullable Integer poll() {
      return queue.poll();
    }

    public int size() {
      return queue.size();
    }
  }

  /** A bounded semaphore. */
  public static class Semaphore {
    private final GreenletSemaphore semaphore = GreenletSemaphore.bounded(2, "two");

    @Operation
    public boolean tryAcquire() {
      return semaphore.tryAcquire();
    }

    @Operation
    public boolean release() {
      try {
        semaphore.release();
        return true;
      } catch (IllegalStateException e) {
        return false;
      }
    }

    @Operation
    public int availablePermits() {
      return semaphore.availablePermits();
    }
  }

  /** What {@link Semaphore} should do. */
  public static class SequentialSemaphore {
    private int permits = 2;

    public boolean tryAcquire() {
      return permits > 0 && permits-- > 0;
    }

    public boolean release() {
      return permits < 2 && permits++ < 2;
    }

    public int availablePermits() {
      return permits;
    }
  }

  /** A channel with a buffer of one. */
  @Param(name = "value", gen = IntGen.class, conf = "1:3")
  public static class BufferedChannel {
    private final Channel<Integer> channel = Channel.buffered(1, "one");

    @Operation
    public String send(int value) throws InterruptedException {
      return channel.send(value, Duration.ZERO).name();
    }

    @Operation
    public String receive() throws InterruptedException {
      return switch (channel.receive(Duration.ZERO)) {
        case Received.Value<Integer>(Integer value) -> "" + value;
        case Received.Closed<Integer> _ -> "CLOSED";
        case Received.TimedOut<Integer> _ -> "TIMED_OUT";
      };
    }

    @Operation
    public void close() {
      channel.close();
    }
  }

  /** What {@link BufferedChannel} should do. */
  public static class SequentialChannel {
    private @Nullable Integer buffer;
    private boolean closed;

    public String send(int value) {
      if (closed) {
        return "CLOSED";
      }
      if (buffer != null) {
        return "TIMED_OUT";
      }
      buffer = value;
      return "ACCEPTED";
    }

    public String receive() {
      Integer value = buffer;
      buffer = null;
      return value != null ? "" + value : closed ? "CLOSED" : "TIMED_OUT";
    }

    public void close() {
      closed = true;
    }
  }

  /** A promise. */
  @Param(name = "value", gen = IntGen.class, conf = "1:3")
  public static class OnePromise {
    private final Promise<Integer> promise = new Promise<>("one");

    @Operation
    public boolean complete(int value) {
      return promise.complete(value);
    }

    @Operation
    public boolean cancel() {
      return promise.cancel(false);
    }

    @Operation
    public String state() {
      return promise.isCancelled() ? "CANCELLED" : promise.isDone() ? "DONE" : "OPEN";
    }
  }

  /** What {@link OnePromise} should do. */
  public static class SequentialPromise {
    private String state = "OPEN";

    public boolean complete(int value) {
      return move("DONE");
    }

    public boolean cancel() {
      return move("CANCELLED");
    }

    private boolean move(String next) {
      boolean moved = state.equals("OPEN");
      state = moved ? next : state;
      return moved;
    }

    public String state() {
      return state;
    }
  }
}
