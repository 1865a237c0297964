package dev.greenlet.spring.jdbc;

import dev.greenlet.Party;
import java.util.Comparator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** Who holds how many connections of one pool, and who of them waits for another. Thread-safe. */
final class Borrowers {
  private static final int MAX_NAMED = 5;

  private final ConcurrentMap<Thread, Integer> held = new ConcurrentHashMap<>();
  private final ConcurrentMap<Thread, Party> waiting = new ConcurrentHashMap<>();
  private final AtomicBoolean stuck = new AtomicBoolean();

  boolean holds(Party borrower) {
    return held.containsKey(borrower.thread());
  }

  void add(Party borrower) {
    held.merge(borrower.thread(), 1, Integer::sum);
  }

  void remove(Party borrower) {
    held.computeIfPresent(borrower.thread(), (thread, count) -> count == 1 ? null : count - 1);
  }

  /**
   * Notes that the borrower waits for another connection.
   *
   * @return whether all {@code maximum} connections are held by such from now on, which of several
   *     that ask at once only one hears
   */
  boolean waitAgain(Party borrower, int maximum) {
    return waiting.put(borrower.thread(), borrower) == null
        && waiting.keySet().containsAll(held.keySet())
        && held.values().stream().mapToInt(Integer::intValue).sum() >= maximum
        && stuck.compareAndSet(false, true);
  }

  void haveWaited(Party borrower) {
    waiting.remove(borrower.thread());
    stuck.set(false);
  }

  /** Some of those who hold a connection and wait for another. */
  String whoWaits() {
    String named =
        waiting.values().stream()
            .map(Party::toString)
            .sorted(Comparator.naturalOrder())
            .limit(MAX_NAMED)
            .collect(Collectors.joining(", "));
    int more = waiting.size() - MAX_NAMED;
    return more > 0 ? "%s and %d more".formatted(named, more) : named;
  }
}
