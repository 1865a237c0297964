package dev.greenlet.fiber;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The right to run on an exclusive lane, held by one fiber at a time. The lane's carrier grants it
 * and waits until it comes back.
 */
final class Baton {
  /** Held by any number of fibers at once: the baton of a lane that promises no exclusivity. */
  static final Baton FREE = new Baton(null);

  private final @Nullable Thread carrier;
  private volatile @Nullable PortableFiber holder;

  private Baton(@Nullable Thread carrier) {
    this.carrier = carrier;
  }

  /** The baton for one slice, to be granted by the calling carrier. */
  static Baton ofCurrentCarrier() {
    return new Baton(Thread.currentThread());
  }

  /** Hands the baton over and waits for its return. The carrier only. */
  void lendTo(PortableFiber fiber) {
    holder = fiber;
    fiber.grant(this);
    while (holder != null) {
      LockSupport.park(this);
    }
  }

  /** Gives the baton back. Its holder only. */
  void release() {
    if (this != FREE) {
      holder = null;
      LockSupport.unpark(carrier);
    }
  }
}
