package dev.greenlet.spring.memory;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.Lane;
import dev.greenlet.SpawnOptions;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.OwnJvm;
import dev.greenlet.spring.web.PlainApplication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application in a JVM of its own, whose greenlets fill the heap. Prints its port. With the
 * argument {@code fill} it fills the heap by itself, then prints what has survived, and ends.
 */
@PlainApplication
@Import(FullHeapApplication.Heap.class)
final class FullHeapApplication {
  private static final int TIMES = 5;
  private static final int CHUNK = 100_000;
  private static final long FULL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private FullHeapApplication() {}

  public static void main(String[] args) throws Exception {
    ConfigurableApplicationContext context = OwnJvm.run(FullHeapApplication.class, args);
    if (List.of(args).contains("fill")) {
      GreenletRuntime runtime = context.getBean(GreenletRuntime.class);
      System.out.println("before=" + String.join(",", threads()));
      for (int i = 0; i < TIMES; i++) {
        Hub hub = runtime.hubs().get(i % runtime.hubs().size());
        runtime.spawn(SpawnOptions.defaults().on(hub), FullHeapApplication::fill).join();
      }
      System.out.println("after=" + String.join(",", threads()));
      List<Lane> lanes = new ArrayList<>(runtime.hubs());
      lanes.add(runtime.sharedLane());
      lanes.add(runtime.offloadLane());
      for (Lane lane : lanes) {
        runtime.spawn(SpawnOptions.defaults().on(lane), FullHeapApplication::work).get();
      }
      System.out.println("works");
      System.exit(0);
    }
  }

  /** Leaves nothing to any thread of the JVM for a while. */
  private static int fill() {
    List<byte[]> chunks = new ArrayList<>(2_000); // which need not grow
    try {
      while (true) {
        chunks.add(new byte[CHUNK]);
      }
    } catch (OutOfMemoryError full) {
      LockSupport.parkNanos(FULL_NANOS);
    }
    return chunks.size();
  }

  private static String work() throws InterruptedException {
    Greenlets.sleep(Duration.ofMillis(1));
    return "answered";
  }

  /** The platform threads of the library. */
  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("greenlet"))
        .sorted()
        .toList();
  }

  @RestController
  static class Heap {
    private static final int SHARE = 50_000_000;

    @GetMapping("/hub")
    @Greenlet(spread = true)
    public String onHub() throws InterruptedException {
      return work();
    }

    @GetMapping("/shared")
    public String onSharedLane() throws InterruptedException {
      return work();
    }

    /** Of those that come together, some find no room. */
    @GetMapping("/allocate")
    @Greenlet(spread = true)
    public int allocate() throws InterruptedException {
      byte[] share = new byte[SHARE];
      Greenlets.sleep(Duration.ofMillis(50));
      return share.length;
    }

    @GetMapping("/threads")
    public List<String> names() {
      return threads();
    }
  }
}
