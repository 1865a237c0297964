package dev.greenlet.bench.load;

import dev.greenlet.bench.process.Control;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.json.JsonMapper;

/**
 * The process of the own driver. Each line is an {@link Order}; it answers with a line where the
 * window begins, one where it ends, and the {@link Load}.
 */
public final class LoadMain {
  static final int THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());

  private static final JsonMapper JSON = new JsonMapper();

  private LoadMain() {}

  /** What to send, and for how long. */
  record Order(Target target, Duration lead, Duration time) {}

  /** Takes orders until the bench ends. */
  public static void main(String[] arguments) throws Exception {
    Control control = Control.take();
    control.serve(
        "ready",
        line -> JSON.writeValueAsString(drive(JSON.readValue(line, Order.class), control)));
  }

  private static Load drive(Order order, Control control) throws Exception {
    List<Loop> loops = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int connections = share(order.target().connections(), i);
      loops.add(Loop.connect(order.target().port(), order.target().path(), connections));
    }
    long begin = System.nanoTime() + order.lead().toNanos();
    long end = begin + order.time().toNanos();
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (Loop loop : loops) {
        running.add(threads.submit(() -> loop.run(begin, end)));
      }
      sleepUntil(begin);
      control.send("begin");
      sleepUntil(end);
      control.send("end");
      for (Future<?> each : running) {
        each.get();
      }
    }
    return sum(loops, order.time());
  }

  private static int share(int connections, int thread) {
    return connections / THREADS + (thread < connections % THREADS ? 1 : 0);
  }

  private static void sleepUntil(long nanoTime) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(nanoTime - System.nanoTime());
  }

  private static Load sum(List<Loop> loops, Duration time) {
    Histogram latencies = Loop.newHistogram();
    long errors = 0;
    for (Loop loop : loops) {
      latencies.add(loop.latencies());
      errors += loop.errors();
    }
    return new Load(
        latencies.getTotalCount(),
        errors,
        time.toNanos() / 1e9,
        latencies.getValueAtPercentile(50) / 1e6,
        latencies.getValueAtPercentile(99) / 1e6);
  }
}
