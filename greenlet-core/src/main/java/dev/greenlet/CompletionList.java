package dev.greenlet;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to know when something completes: a lock-free list that is closed once, when it calls
 * everybody in the order they came. Whoever leaves earlier leaves nothing behind.
 */
final class CompletionList {
  private static final Node CLOSED = new Node(() -> {}, null);

  private final AtomicReference<@Nullable Node> head = new AtomicReference<>();

  private record Node(Runnable action, @Nullable Node earlier) {}

  /** Adds an action. Returns {@code false} when the list is closed; it will not be called then. */
  boolean add(Runnable action) {
    while (true) {
      Node first = head.get();
      if (first == CLOSED) {
        return false;
      }
      if (head.compareAndSet(first, new Node(action, first))) {
        return true;
      }
    }
  }

  /** Removes an action, by identity, unless it has been called. */
  void remove(Runnable action) {
    Node first;
    do {
      first = head.get();
      if (first == CLOSED) {
        return;
      }
    } while (!head.compareAndSet(first, without(action, first)));
  }

  /** Closes the list and calls everybody, first come first. Once. */
  void complete() {
    Node inOrder = null;
    for (Node node = head.getAndSet(CLOSED); node != null; node = node.earlier) {
      inOrder = new Node(node.action, inOrder);
    }
    for (Node node = inOrder; node != null; node = node.earlier) {
      node.action.run();
    }
  }

  private static @Nullable Node without(Runnable action, @Nullable Node list) {
    Node kept = null;
    for (Node node = list; node != null; node = node.earlier) {
      if (node.action != action) {
        kept = new Node(node.action, kept);
      }
    }
    Node result = null;
    for (Node node = kept; node != null; node = node.earlier) {
      result = new Node(node.action, result);
    }
    return result;
  }
}
