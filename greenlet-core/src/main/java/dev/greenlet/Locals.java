package dev.greenlet;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The values that one greenlet has of its own, and those that it shares with its whole tree. They
 * are keyed weakly: a local that nobody can name any more takes its values with it.
 */
final class Locals {
  private static final Object NULL = new Object();

  private volatile @Nullable Map<Object, Object> own;
  private final Tree tree;

  /** What the greenlets of one tree share: made by the root, passed on to who is spawned. */
  private static final class Tree {
    private volatile @Nullable Map<Object, Object> values;

    Map<Object, Object> values() {
      Map<Object, Object> present = values;
      if (present == null) {
        synchronized (this) {
          present = values;
          if (present == null) {
            values = present = emptyMap();
          }
        }
      }
      return present;
    }
  }

  Locals(@Nullable Locals parent) {
    this.tree = parent == null ? new Tree() : parent.tree;
  }

  private static Map<Object, Object> emptyMap() {
    return Collections.synchronizedMap(new WeakHashMap<>());
  }

  /** The greenlet's own values, to be written by the greenlet itself only. */
  Map<Object, Object> own() {
    Map<Object, Object> present = own;
    if (present == null) {
      own = present = emptyMap();
    }
    return present;
  }

  /** The values of the greenlet's tree. Any thread. */
  Map<Object, Object> ofTree() {
    return tree.values();
  }

  /** The greenlet's own value of a local, if it has one. Any thread. */
  @Nullable Object peek(Object local) {
    Map<Object, Object> present = own;
    return present == null ? null : unmask(present.get(local));
  }

  void letGo() {
    own = null;
  }

  /** The value of a local, which is made if there is none; of several at once, the first wins. */
  static @Nullable Object get(
      Map<Object, Object> values, Object local, Supplier<? extends @Nullable Object> initial) {
    Object present = values.get(local);
    if (present == null) {
      Object made = mask(initial.get());
      Object earlier = values.putIfAbsent(local, made);
      present = earlier == null ? made : earlier;
    }
    return unmask(present);
  }

  static void set(Map<Object, Object> values, Object local, @Nullable Object value) {
    values.put(local, mask(value));
  }

  private static Object mask(@Nullable Object value) {
    return value == null ? NULL : value;
  }

  private static @Nullable Object unmask(@Nullable Object value) {
    return value == NULL ? null : value;
  }
}
