package dev.greenlet.spring.jdbc;

import dev.greenlet.Party;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The borrowers of a pool: how many connections each of them holds, and which ones wait for
 * another. Thread-safe; whether all wait is decided at one moment for all of them.
 */
final class Borrowers {
  private static final int MAX_NAMED = 5;

  private final Map<Thread, Integer> held = new HashMap<>();
  private final Map<Thread, Party> waiting = new HashMap<>();
  private boolean stuck;

  synchronized boolean holds(Party borrower) {
    return held.containsKey(borrower.thread());
  }

  synchronized void add(Party borrower) {
    held.merge(borrower.thread(), 1, Integer::sum);
  }

  synchronized void remove(Party borrower) {
    held.computeIfPresent(borrower.thread(), (thread, count) -> count == 1 ? null : count - 1);
  }

  /**
   * Notes that the borrower waits for another connection.
   *
   * @return whether from now on all {@code maximum} connections are held by borrowers that wait;
   *     {@code true} once until one of them stops waiting
   */
  synchronized boolean waitAgain(Party borrower, int maximum) {
    boolean begins = waiting.put(borrower.thread(), borrower) == null;
    boolean becomesStuck =
        begins
            && !stuck
            && waiting.keySet().containsAll(held.keySet())
            && held.values().stream().mapToInt(Integer::intValue).sum() >= maximum;
    stuck |= becomesStuck;
    return becomesStuck;
  }

  synchronized void haveWaited(Party borrower) {
    waiting.remove(borrower.thread());
    stuck = false;
  }

  /** Returns the names of some borrowers that hold a connection and wait for another. */
  synchronized String whoWaits() {
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
