package dev.greenlet.inspect;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.StuckReport;
import dev.greenlet.WaitReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
   * All that lives, but for the greenlet that asks: it would always see itself running.
   *
   * @return a snapshot
   */
  public ForestSnapshot forest() {
    GreenletTask<?> asking = Greenlets.currentOrNull();
    List<GreenletTask<?>> roots = new ArrayList<>();
    Map<GreenletTask<?>, List<GreenletTask<?>>> children = new HashMap<>();
    for (GreenletTask<?> greenlet : runtime.live()) {
      if (greenlet == asking) {
        continue;
      }
      GreenletTask<?> parent = greenlet.parent();
      if (parent == null) {
        roots.add(greenlet);
      } else {
        children.computeIfAbsent(parent, anyParent -> new ArrayList<>()).add(greenlet);
      }
    }
    return new ForestSnapshot(
        runtime.hubs().stream().map(HubSnapshot::of).toList(),
        Stream.of(runtime.sharedLane(), runtime.offloadLane()).map(LaneSnapshot::of).toList(),
        snapshots(roots, children));
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
    GreenletSnapshot snapshot = family(greenlet);
    return snapshot == null
        ? null
        : new GreenletDetail(snapshot, greenlet.stackTrace(), greenlet.spawnedAt());
  }

  /**
   * Who waits for what, when nothing in the runtime can run any more by itself.
   *
   * @return the report, or {@code null} when the runtime is not known to be stuck
   */
  public @Nullable StuckReport stuck() {
    return runtime.stuck();
  }

  private static @Nullable GreenletSnapshot family(GreenletTask<?> greenlet) {
    List<GreenletSnapshot> children = new ArrayList<>();
    for (GreenletTask<?> child : greenlet.children()) {
      GreenletSnapshot snapshot = family(child);
      if (snapshot != null) {
        children.add(snapshot);
      }
    }
    return snapshot(greenlet, children);
  }

  private static List<GreenletSnapshot> snapshots(
      List<GreenletTask<?>> greenlets, Map<GreenletTask<?>, List<GreenletTask<?>>> children) {
    greenlets.sort(Comparator.comparingLong(GreenletTask::id));
    List<GreenletSnapshot> snapshots = new ArrayList<>(greenlets.size());
    for (GreenletTask<?> greenlet : greenlets) {
      List<GreenletTask<?>> below = children.getOrDefault(greenlet, new ArrayList<>());
      GreenletSnapshot snapshot = snapshot(greenlet, snapshots(below, children));
      if (snapshot != null) {
        snapshots.add(snapshot);
      }
    }
    return snapshots;
  }

  /** Returns {@code null} for one that has finished meanwhile and has nobody below it. */
  private static @Nullable GreenletSnapshot snapshot(
      GreenletTask<?> greenlet, List<GreenletSnapshot> children) {
    GreenletState state = greenlet.status();
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
