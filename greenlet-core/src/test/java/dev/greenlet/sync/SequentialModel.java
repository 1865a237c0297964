package dev.greenlet.sync;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a container with two lines does when one thing happens after the other. */
final class SequentialModel {
  enum Order {
    FIFO,
    LIFO,
    PRIORITY
  }

  private record Putter(int actor, int value) {}

  private final Order order;
  private final int capacity;
  private final List<Integer> content = new ArrayList<>();
  private final List<Putter> putters = new ArrayList<>();
  private final List<Integer> takers = new ArrayList<>();
  private final Map<Integer, String> results = new LinkedHashMap<>();
  private boolean closed;

  SequentialModel(Order order, int capacity) {
    this.order = order;
    this.capacity = capacity;
  }

  void put(int actor, int value, boolean patient) {
    if (closed) {
      results.put(actor, "closed");
    } else if (!takers.isEmpty()) {
      results.put(takers.removeFirst(), "took " + value);
      results.put(actor, "put");
    } else if (content.size() < capacity) {
      add(value);
      results.put(actor, "put");
    } else if (patient) {
      putters.add(new Putter(actor, value));
    } else {
      results.put(actor, "late");
    }
  }

  void take(int actor, boolean patient) {
    if (!content.isEmpty()) {
      results.put(actor, "took " + content.removeFirst());
      if (!putters.isEmpty()) {
        Putter putter = putters.removeFirst();
        add(putter.value);
        results.put(putter.actor, "put");
      }
    } else if (!putters.isEmpty()) {
      Putter putter = putters.removeFirst(); // a rendezvous
      results.put(actor, "took " + putter.value);
      results.put(putter.actor, "put");
    } else if (closed) {
      results.put(actor, "closed");
    } else if (patient) {
      takers.add(actor);
    } else {
      results.put(actor, "late");
    }
  }

  private void add(int value) {
    switch (order) {
      case FIFO -> content.addLast(value);
      case LIFO -> content.addFirst(value);
      case PRIORITY -> {
        content.add(value);
        content.sort(Subject.MIXED);
      }
    }
  }

  void leave(int actor, String how) {
    takers.remove((Integer) actor);
    putters.removeIf(putter -> putter.actor == actor);
    results.put(actor, how);
  }

  void close() {
    closed = true;
    takers.forEach(actor -> results.put(actor, "closed"));
    putters.forEach(putter -> results.put(putter.actor, "closed"));
    takers.clear();
    putters.clear();
  }

  /** The takers, then the putters, each in the order of their arrival. */
  List<Integer> waiting() {
    List<Integer> waiting = new ArrayList<>(takers);
    putters.forEach(putter -> waiting.add(putter.actor));
    return waiting;
  }

  /** The results of the callers that have continued since the last call. */
  Map<Integer, String> takeResults() {
    Map<Integer, String> taken = new LinkedHashMap<>(results);
    results.clear();
    return taken;
  }
}
