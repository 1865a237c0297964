package dev.greenlet;

import java.lang.ref.Cleaner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The values of one local, by owner. The local keeps them, and not the owner: so a local that
 * cannot be reached any more takes its values with it, even one whose values refer to it. An owner
 * has its values removed when it ends. Thread-safe.
 */
final class LocalValues {
  private static final Object NULL = new Object();
  private static final ThreadLocal<@Nullable OfThread> OF_THREADS = new ThreadLocal<>();

  private final ConcurrentMap<ValueOwner, Object> values = new ConcurrentHashMap<>();

  /** Starts the cleaner of the values of threads when the first of them has one. */
  private static final class Threads {
    static final Cleaner CLEANER = Cleaner.create();
  }

  /** What a thread refers to, and nothing else: it goes when the thread has ended. */
  private static final class OfThread {
    final ValueOwner owner = new ValueOwner();

    OfThread() {
      Threads.CLEANER.register(this, owner::end);
    }
  }

  /** Whose the values of the calling thread are, which is no greenlet. */
  static ValueOwner ofThread() {
    OfThread known = OF_THREADS.get();
    if (known == null) {
      known = new OfThread();
      OF_THREADS.set(known);
    }
    return known.owner;
  }

  /** The value of an owner, which is made if there is none; of several at once, the first wins. */
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

  /** The value of an owner, if it has one. */
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
