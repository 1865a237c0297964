package dev.greenlet;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One that has values of locals: a greenlet, a tree of greenlets, or a thread. It knows which
 * locals, weakly, to have its values forgotten when it ends. Thread-safe.
 */
class ValueOwner {
  private @Nullable Set<LocalValues> used; // guarded by this

  /** Notes that a local is about to have a value of this owner. */
  synchronized void uses(LocalValues local) {
    if (used == null) {
      used = Collections.newSetFromMap(new WeakHashMap<>(2));
    }
    used.add(local);
  }

  /** Forgets all values. */
  synchronized void end() {
    if (used != null) {
      used.forEach(local -> local.remove(this));
      used = null;
    }
  }
}
