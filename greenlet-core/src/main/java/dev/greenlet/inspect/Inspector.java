package dev.greenlet.inspect;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.StuckReport;
import dev.greenlet.WaitReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes snapshots of a runtime without stopping it: each greenlet is seen at a moment of its own.
 * The cost is proportional to the number of unfinished greenlets. Thread-safe: any thread may call
 * every method; none waits.
 */
public final class Inspector {
  private final GreenletRuntime runtime;

  /**
   * Creates an inspector.
   *
   * @param runtime the runtime
   */
  public Inspector(GreenletRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * Returns all unfinished greenlets except the calling one, which would always be seen running:
   * its children are shown in its place.
   *
   * @return a snapshot
   */
  public ForestSnapshot forest() {
    GreenletTask<?> caller = Greenlets.currentOrNull();
    Set<GreenletTask<?>> shown = new HashSet<>(runtime.live());
    shown.remove(caller);
    List<GreenletTask<?>> roots = new ArrayList<>();
    Map<GreenletTask<?>, List<GreenletTask<?>>> children = new HashMap<>();
    for (GreenletTask<?> greenlet : shown) {
      GreenletTask<?> parent = greenlet.parent();
      if (parent != null && parent == caller) {
        parent = caller.parent();
      }
      if (parent == null || !shown.contains(parent)) {
        roots.add(greenlet); // also if its parent has ended meanwhile
      } else {
        children.computeIfAbsent(parent, anyParent -> new ArrayList<>()).add(greenlet);
      }
    }
    children.values().forEach(Inspector::sort);
    sort(roots);
    return new ForestSnapshot(
        runtime.hubs().stream().map(HubSnapshot::of).toList(),
        Stream.of(runtime.sharedLane(), runtime.offloadLane()).map(LaneSnapshot::of).toList(),
        snapshots(roots, parent -> children.getOrDefault(parent, List.of())));
  }

  /**
   * Returns a greenlet with its stack and its descendants.
   *
   * @param id its id
   * @return the detail, or {@code null} if there is no such unfinished greenlet
   */
  public @Nullable GreenletDetail find(long id) {
    GreenletTask<?> greenlet = runtime.find(id);
    if (greenlet == null) {
      return null;
    }
    List<GreenletSnapshot> found = snapshots(List.of(greenlet), GreenletTask::children);
    return found.isEmpty()
        ? null
        : new GreenletDetail(found.getFirst(), greenlet.stackTrace(), greenlet.spawnedAt());
  }

  /**
   * Returns the waits of a runtime that is stuck, in which no greenlet can run any more by itself.
   *
   * @return the report, or {@code null} if the runtime is not known to be stuck
   */
  public @Nullable StuckReport stuck() {
    return runtime.stuck();
  }

  private static void sort(List<GreenletTask<?>> greenlets) {
    greenlets.sort(Comparator.comparingLong(GreenletTask::id));
  }

  /**
   * Takes snapshots of trees of any depth: downwards to find all greenlets, upwards to create the
   * snapshots, each with its children.
   */
  private static List<GreenletSnapshot> snapshots(
      List<GreenletTask<?>> roots, Function<GreenletTask<?>, List<GreenletTask<?>>> childrenOf) {
    SequencedMap<GreenletTask<?>, List<GreenletTask<?>>> below = new LinkedHashMap<>();
    Deque<GreenletTask<?>> left = new ArrayDeque<>(roots);
    while (!left.isEmpty()) {
      GreenletTask<?> next = left.remove();
      if (!below.containsKey(next)) { // a greenlet that was given another parent is met twice
        List<GreenletTask<?>> children = childrenOf.apply(next);
        below.put(next, children);
        left.addAll(children);
      }
    }
    Map<GreenletTask<?>, GreenletSnapshot> taken = new HashMap<>();
    below
        .reversed()
        .forEach(
            (greenlet, children) -> {
              GreenletSnapshot snapshot = snapshot(greenlet, takeAll(children, taken));
              if (snapshot != null) {
                taken.put(greenlet, snapshot);
              }
            });
    return takeAll(roots, taken);
  }

  private static List<GreenletSnapshot> takeAll(
      List<GreenletTask<?>> greenlets, Map<GreenletTask<?>, GreenletSnapshot> taken) {
    return greenlets.stream().map(taken::remove).filter(Objects::nonNull).toList();
  }

  /** Returns {@code null} for a greenlet that has finished meanwhile and has no descendants. */
  private static @Nullable GreenletSnapshot snapshot(
      GreenletTask<?> greenlet, List<GreenletSnapshot> children) {
    GreenletState state = greenlet.greenletState();
    if (state.isFinished() && children.isEmpty()) {
      return null;
    }
    WaitReason described = greenlet.waitingOn();
    WaitReason waitingOn =
        state != GreenletState.PARKED
            ? null
            : described != null ? described : UndescribedWait.guess(greenlet.stackTrace());
    return new GreenletSnapshot(
        greenlet.id(),
        greenlet.name(),
        greenlet.kind(),
        greenlet.lane().name(),
        state,
        waitingOn,
        greenlet.age(),
        greenlet.switches(),
        children);
  }
}
