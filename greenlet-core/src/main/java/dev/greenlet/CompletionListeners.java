package dev.greenlet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The listeners to a completion: a lock-free list that is closed once, when it calls all listeners
 * in the order in which they were added. A removed listener is not called, even if it is removed
 * during the calls. Removed entries are swept before they outnumber the others. Thread-safe.
 */
final class CompletionListeners {
  private static final Node CLOSED = new Node(new Entry(() -> {}), null, 0);
  private static final VarHandle HEAD;
  private static final VarHandle REMOVED;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      HEAD = lookup.findVarHandle(CompletionListeners.class, "head", Node.class);
      REMOVED = lookup.findVarHandle(CompletionListeners.class, "removed", int.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private volatile @Nullable Node head;

  @SuppressWarnings("UnusedVariable") // accessed through REMOVED
  private volatile int removed; // number of removed entries that are still in the list

  private record Node(Entry entry, @Nullable Node earlier, int length) {
    static Node on(@Nullable Node earlier, Entry entry) {
      return new Node(entry, earlier, lengthOf(earlier) + 1);
    }

    static int lengthOf(@Nullable Node list) {
      return list == null ? 0 : list.length;
    }
  }

  /**
   * An action that is either called or removed, whichever comes first, and not referenced after
   * that.
   */
  static final class Entry {
    private static final VarHandle ACTION;

    static {
      try {
        ACTION = MethodHandles.lookup().findVarHandle(Entry.class, "action", Runnable.class);
      } catch (ReflectiveOperationException failure) {
        throw new ExceptionInInitializerError(failure);
      }
    }

    private volatile @Nullable Runnable action;

    Entry(Runnable action) {
      this.action = action;
    }

    private @Nullable Runnable claim() {
      return (Runnable) ACTION.getAndSet(this, null);
    }
  }

  /** Adds an action. Returns {@code null} if the list is closed; the action is not called then. */
  @Nullable Entry add(Runnable action) {
    Entry entry = new Entry(action);
    while (true) {
      Node first = head;
      if (first == CLOSED) {
        return null;
      }
      if (HEAD.compareAndSet(this, first, Node.on(first, entry))) {
        return entry;
      }
    }
  }

  /** Removes an action, unless it has been called. May be called any number of times. */
  void remove(Entry entry) {
    if (entry.claim() != null) {
      int stale = (int) REMOVED.getAndAdd(this, 1) + 1;
      if (stale * 2 > Node.lengthOf(head)) {
        sweep();
      }
    }
  }

  private void sweep() {
    Node before;
    Node after;
    do {
      before = head;
      if (before == null || before == CLOSED) {
        return;
      }
      after = oldestLast(oldestFirst(before));
    } while (!HEAD.compareAndSet(this, before, after));
    REMOVED.getAndAdd(this, Node.lengthOf(after) - before.length);
  }

  /**
   * Closes the list and calls all listeners, the oldest first. Called once. The failure of a
   * listener is passed on, and does not keep the others from being called.
   */
  void complete(Consumer<Throwable> onFailure) {
    for (Node node = oldestFirst((Node) HEAD.getAndSet(this, CLOSED));
        node != null;
        node = node.earlier) {
      Runnable action = node.entry.claim();
      if (action != null) {
        try {
          action.run();
        } catch (Throwable failure) {
          onFailure.accept(failure);
        }
      }
    }
  }

  private static @Nullable Node oldestFirst(@Nullable Node list) {
    return reversed(list);
  }

  private static @Nullable Node oldestLast(@Nullable Node list) {
    return reversed(list);
  }

  /** Returns a list in reverse order, without the removed entries. */
  private static @Nullable Node reversed(@Nullable Node list) {
    Node result = null;
    for (Node node = list; node != null; node = node.earlier) {
      if (node.entry.action != null) {
        result = Node.on(result, node.entry);
      }
    }
    return result;
  }
}
