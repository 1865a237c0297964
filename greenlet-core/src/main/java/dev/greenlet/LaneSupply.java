package dev.greenlet;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/**
 * Adds a carrier to a lane on which greenlets have been ready for {@link #STARVED_NANOS} while no
 * slice ended, and removes the added carriers after {@link #KEPT_NANOS} without such a moment.
 *
 * <p>Carriers are added here because a thread must not be started where a greenlet is woken. The
 * monitor's thread only.
 */
final class LaneSupply implements CarrierMonitor.Watch {
  private static final System.Logger LOG = System.getLogger(LaneSupply.class.getName());
  private static final long STARVED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final SharedLane lane;
  private long slices;
  private long stillSince;
  private boolean still;
  private long lastAdded;

  LaneSupply(SharedLane lane) {
    this.lane = lane;
  }

  @Override
  public boolean look(long now) {
    long present = lane.slices();
    boolean ready = lane.hasReady();
    if (!ready || present != slices) {
      slices = present;
      still = false;
      lane.starvedSince(SharedLane.NOT_STARVED);
      if (lane.hasAddedCarriers() && now - lastAdded > KEPT_NANOS) {
        lane.removeAddedCarriers();
      }
      return ready;
    }
    if (!still) {
      still = true;
      stillSince = now;
    } else if (now - stillSince >= STARVED_NANOS) {
      add(now);
    }
    return true;
  }

  private void add(long now) {
    boolean first = !lane.hasAddedCarriers();
    if (!lane.addCarrier()) {
      lane.starvedSince(stillSince);
      return;
    }
    still = false;
    lastAdded = now;
    if (first) {
      LOG.log(
          Level.INFO,
          "Greenlets occupy all carriers of %s while others are ready: it has %d carriers now, and %d at most"
              .formatted(lane, lane.carriers(), lane.maxCarriers()));
    }
  }

  @Override
  public String toString() {
    return lane.toString();
  }
}
