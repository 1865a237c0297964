package dev.greenlet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The circles of a graph: the sets of more than one node that all lead to each other (its strongly
 * connected components, found by Tarjan's algorithm).
 */
final class Circles {
  private final Map<String, Set<String>> edges;
  private final Map<String, Integer> index = new HashMap<>();
  private final Map<String, Integer> lowest = new HashMap<>();
  private final Deque<String> path = new ArrayDeque<>();
  private final Set<String> onPath = new HashSet<>();
  private final List<List<String>> found = new ArrayList<>();

  private Circles(Map<String, Set<String>> edges) {
    this.edges = edges;
  }

  /** Returns the circles, each sorted. */
  static List<List<String>> of(Map<String, Set<String>> edges) {
    Circles circles = new Circles(edges);
    for (String node : edges.keySet()) {
      if (!circles.index.containsKey(node)) {
        circles.visit(node);
      }
    }
    return circles.found;
  }

  private void visit(String node) {
    int own = index.size();
    index.put(node, own);
    lowest.put(node, own);
    path.push(node);
    onPath.add(node);
    for (String next : edges.getOrDefault(node, Set.of())) {
      if (!index.containsKey(next)) {
        visit(next);
        lowest.merge(node, lowest.getOrDefault(next, own), Math::min);
      } else if (onPath.contains(next)) {
        lowest.merge(node, index.getOrDefault(next, own), Math::min);
      }
    }
    if (lowest.getOrDefault(node, own) == own) {
      close(node);
    }
  }

  private void close(String root) {
    List<String> circle = new ArrayList<>();
    String member;
    do {
      member = path.pop();
      onPath.remove(member);
      circle.add(member);
    } while (!member.equals(root));
    if (circle.size() > 1) {
      circle.sort(null);
      found.add(List.copyOf(circle));
    }
  }
}
