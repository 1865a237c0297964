package dev.greenlet;

import java.lang.ref.Cleaner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The values of one local, by owner. They are held by the local and not by the owner, so that an
 * unreachable local is collected together with its values, even if these refer to it. An owner has
 * its values removed when it ends. Thread-safe.
 */
final class LocalValues {
  private static final Object NULL = new Object();
  private static final ThreadLocal<@Nullable OfThread> OF_THREADS = new ThreadLocal<>();

  private final ConcurrentMap<ValueOwner, Object> values = new ConcurrentHashMap<>();

  /** Starts the cleaner for the values of threads when the first thread has a value. */
  private static final class Threads {
    static final Cleaner CLEANER = Cleaner.create();
  }

  /**
   * The key of a plain thread, to which only the thread refers, so that it is collected once the
   * thread has terminated.
   */
  private static final class OfThread {
    final ValueOwner owner = new ValueOwner();

    OfThread() {
      Threads.CLEANER.register(this, owner::end);
    }
  }

  /** Returns the owner of the values of the calling thread, which is not a greenlet. */
  static ValueOwner ofThread() {
    OfThread known = OF_THREADS.get();
    if (known == null) {
      known = new OfThread();
      OF_THREADS.set(known);
    }
    return known.owner;
  }

  /**
   * Returns the value of an owner, and creates it if there is none. If several are created at the
   * same time, the first one is kept.
   */
  @Nullable Object get(ValueOwner owner, Supplier<? extends @Nullable Object> initial) {
    Object present = values.get(owner);
    if (present == null) {
      Object made = mask(initial.get());
      owner.uses(this);
      Object earlier = values.putIfAbsent(owner, made);
      present = earlier == null ? made : earlier;
    }
    return unmask(present);
  }

  /** Returns the value of an owner, or {@code null} if it has none. */
  @Nullable Object peek(ValueOwner owner) {
    return unmask(values.get(owner));
  }

  void set(ValueOwner owner, @Nullable Object value) {
    if (values.put(owner, mask(value)) == null) {
      owner.uses(this);
    }
  }

  void remove(ValueOwner owner) {
    values.remove(owner);
  }

  private static Object mask(@Nullable Object value) {
    return value == null ? NULL : value;
  }

  private static @Nullable Object unmask(@Nullable Object value) {
    return value == NULL ? null : value;
  }
}
