package dev.greenlet;

import dev.greenlet.fiber.Fiber;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches the running slice of a hub, and lends the hub to its other greenlets while the slice does
 * nothing but wait. The monitor's thread only.
 *
 * <p>In a wait of the library itself, or inside a {@link SwitchPoint}, the hub is lent at the third
 * look: the greenlet takes it back before its code continues. In a wait of the JDK the hub is lent
 * after {@link #PATIENCE_NANOS}, because the code that follows the wait runs without exclusivity up
 * to its next switch point. There it is lent at the third look at a site at which it was lent
 * before, and for {@link #PATIENCE_NANOS} after it was lent at any site: the next greenlet often
 * waits for something that is held by the greenlet from which the hub was lent. A slice that
 * computes keeps the hub.
 */
final class SliceWatch implements CarrierMonitor.Watch {
  private static final System.Logger LOG = System.getLogger(SliceWatch.class.getName());
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Hub hub;
  private final LiveGreenlets live;
  private final LentSites lentBefore;
  private @Nullable WaitProbe probe;
  private @Nullable Fiber fiber;
  private long slices;
  private long waitsSince;
  private boolean waits;
  private boolean lentOnce;
  private long lastLent;

  SliceWatch(Hub hub, LiveGreenlets live, LentSites lentBefore) {
    this.hub = hub;
    this.live = live;
    this.lentBefore = lentBefore;
  }

  @Override
  public boolean look(long now) {
    Fiber running = hub.running();
    if (running == null) {
      fiber = null;
      return false;
    }
    WaitProbe asked = probe;
    if (asked == null || running != fiber || running.slices() != slices) {
      begin(running);
    } else if (!asked.waits()) {
      waits = false;
    } else if (!waits) {
      waits = true;
      waitsSince = now;
    } else {
      lendIfDue(running, asked, now);
    }
    return true;
  }

  private void begin(Fiber running) {
    fiber = running;
    slices = running.slices();
    waits = false;
    probe = WaitProbe.of(running.thread(), hub.carrier());
  }

  private void lendIfDue(Fiber running, WaitProbe asked, long now) {
    Slice slice = hub.slice();
    if (slice == null) {
      return;
    }
    long waited = now - waitsSince;
    WaitSite site = WaitSite.of(List.of(running.thread().getStackTrace()));
    boolean comesBack = site.isOwn() || running.isInBlockingCall();
    boolean due =
        comesBack
            || waited >= PATIENCE_NANOS
            || (lentOnce && now - lastLent < PATIENCE_NANOS)
            || lentBefore.contains(site);
    if (!due || !running.lendLane(asked::waitsNow)) {
      return;
    }
    waits = false;
    hub.countLent(!comesBack);
    if (!comesBack) {
      lentOnce = true;
      lastLent = now;
      if (lentBefore.add(site)) {
        warn(slice, site, waited);
      }
    }
  }

  private void warn(Slice slice, WaitSite site, long waited) {
    GreenletTask<?> greenlet = live.find(slice);
    LOG.log(
        Level.WARNING,
        "Greenlet '%s' has kept %s for %d ms while it waits at %s: the hub runs its other greenlets meanwhile,"
                .formatted(
                    greenlet == null ? slice.threadName() : greenlet.name(),
                    hub,
                    TimeUnit.NANOSECONDS.toMillis(waited),
                    site)
            + " and this one continues without exclusivity until its next switch point."
            + " Use a lock of dev.greenlet.sync, or declare the wait as a SwitchPoint");
  }

  @Override
  public String toString() {
    return hub.toString();
  }
}
