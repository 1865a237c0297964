package dev.greenlet;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The owner of values of locals: a greenlet, a tree of greenlets, or a plain thread. It refers to
 * those locals weakly, and removes its values from them when it ends. Thread-safe.
 */
class ValueOwner {
  private @Nullable Set<LocalValues> used; // guarded by this

  /** Records that a local is about to hold a value of this owner. */
  synchronized void uses(LocalValues local) {
    if (used == null) {
      used = Collections.newSetFromMap(new WeakHashMap<>(2));
    }
    used.add(local);
  }

  /** Removes all values of this owner. */
  synchronized void end() {
    if (used != null) {
      used.forEach(local -> local.remove(this));
      used = null;
    }
  }
}
