package dev.greenlet;

import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.management.VirtualThreadSchedulerMXBean;

/**
 * Adds a carrier to the scheduler of the JDK, which runs all greenlets of the portable engine, when
 * a virtual thread that was started has not run for {@link #STARVED_NANOS}; removes the added
 * carriers after {@link #KEPT_NANOS} without such a moment. Virtual threads are started as probes
 * for that while greenlets are live. Confined to the monitor's thread, except for the probes.
 */
final class JdkCarrierSupply implements CarrierMonitor.Watch {
  private static final System.Logger LOG = System.getLogger(JdkCarrierSupply.class.getName());
  private static final long STARVED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final VirtualThreadSchedulerMXBean scheduler =
      ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
  private final SharedLane shared;
  private final List<? extends Lane> lanes;
  private final int maxCarriers;
  private int added;
  private long lastAdded;
  private long startedAt;
  private volatile boolean ran = true;

  /**
   * Creates a supply.
   *
   * @param shared the lane that is reported as starved when no carrier may be added; its bound
   *     applies to all lanes
   * @param lanes all lanes of the runtime
   */
  JdkCarrierSupply(SharedLane shared, List<? extends Lane> lanes) {
    this.shared = shared;
    this.lanes = lanes;
    this.maxCarriers = shared.maxCarriers();
  }

  @Override
  public boolean look(long now) {
    if (ran) {
      shared.starvedSince(SharedLane.NOT_STARVED);
      if (now - lastAdded > KEPT_NANOS) {
        removeAdded();
      }
      if (lanes.stream().anyMatch(lane -> lane.live() > 0)) {
        ran = false;
        startedAt = now;
        probe();
      }
      return false;
    }
    if (now - startedAt >= STARVED_NANOS && !add(now)) {
      shared.starvedSince(startedAt);
    }
    return true;
  }

  private void probe() {
    Thread.ofVirtual().name(shared.name() + "-probe").start(() -> ran = true);
  }

  /** Adds a carrier. Returns {@code false} if the bound is reached. */
  private boolean add(long now) {
    int present = scheduler.getParallelism();
    if (scheduler.getPoolSize() >= present) {
      if (present >= maxCarriers) {
        return false;
      }
      scheduler.setParallelism(present + 1);
      logFirst(present + 1);
      added++;
    }
    lastAdded = now;
    startedAt = now;
    CarrierMonitor.submitAfresh(shared.name() + "-supply", this::probe);
    return true;
  }

  private void logFirst(int carriers) {
    if (added == 0) {
      LOG.log(
          Level.INFO,
          "Virtual threads occupy all carriers of the JDK while greenlets are ready: it has %d carriers now, and %d at most"
              .formatted(carriers, maxCarriers));
    }
  }

  @Override
  public void end() {
    removeAdded();
  }

  private void removeAdded() {
    if (added > 0) {
      scheduler.setParallelism(Math.max(1, scheduler.getParallelism() - added));
      added = 0;
    }
  }

  @Override
  public String toString() {
    return "the carriers of the JDK";
  }
}
