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
 * Takes snapshots of a runtime, from any thread, without stopping anything: each greenlet is seen
 * at a moment of its own. Costs what lives.
 */
public final class Inspector {
  private final GreenletRuntime runtime;

  /**
   * Creates an inspector.
   *
   * @param runtime what it looks at
   */
  public Inspector(GreenletRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * Returns all that lives, except for the greenlet that asks, which would always see itself
   * running: its children are shown in its place.
   *
   * @return a snapshot
   */
  public ForestSnapshot forest() {
    GreenletTask<?> asking = Greenlets.currentOrNull();
    Set<GreenletTask<?>> shown = new HashSet<>(runtime.live());
    shown.remove(asking);
    List<GreenletTask<?>> roots = new ArrayList<>();
    Map<GreenletTask<?>, List<GreenletTask<?>>> children = new HashMap<>();
    for (GreenletTask<?> greenlet : shown) {
      GreenletTask<?> parent = greenlet.parent();
      if (parent != null && parent == asking) {
        parent = asking.parent();
      }
      if (parent == null || !shown.contains(parent)) {
        roots.add(greenlet); // of a parent that has ended meanwhile, too
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
   * One greenlet with its stack and its descendants.
   *
   * @param id its id
   * @return the detail, or {@code null} when no such greenlet lives
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
   * Who waits for what, when nothing in the runtime can run any more by itself.
   *
   * @return the report, or {@code null} when the runtime is not known to be stuck
   */
  public @Nullable StuckReport stuck() {
    return runtime.stuck();
  }

  private static void sort(List<GreenletTask<?>> greenlets) {
    greenlets.sort(Comparator.comparingLong(GreenletTask::id));
  }

  /**
   * Takes snapshots of trees of any depth: down to find all, and up again, for a snapshot is made
   * with its children.
   */
  private static List<GreenletSnapshot> snapshots(
      List<GreenletTask<?>> roots, Function<GreenletTask<?>, List<GreenletTask<?>>> childrenOf) {
    SequencedMap<GreenletTask<?>, List<GreenletTask<?>>> below = new LinkedHashMap<>();
    Deque<GreenletTask<?>> left = new ArrayDeque<>(roots);
    while (!left.isEmpty()) {
      GreenletTask<?> next = left.remove();
      if (!below.containsKey(next)) { // one that was given another parent meanwhile is met twice
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

  /** Returns {@code null} for one that has finished meanwhile and has nobody below it. */
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
