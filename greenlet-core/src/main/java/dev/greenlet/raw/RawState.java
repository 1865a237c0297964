package dev.greenlet.raw;

import dev.greenlet.GreenletExit;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a raw greenlet is to its tree and to its thread. These do not refer to the {@link
 * RawGreenlet}, which is the handle of its users: when no user refers to it any more, nothing can
 * give control to a suspended greenlet, and its tree closes it.
 */
final class RawState {

  /** Starts the thread that notices lost handles when the first greenlet is started. */
  private static final class Handles {
    static final Cleaner CLEANER = Cleaner.create();
  }

  private final String name;
  private final RawThreadState threadState = new RawThreadState();
  private final RawLife life;
  private final @Nullable RawGreenlet main; // the handle of a main one is never lost
  private volatile WeakReference<RawGreenlet> handle;
  private Cleaner.@Nullable Cleanable watch; // guarded by this
  private volatile @Nullable RawGreenlet parent; // null for the main one
  private volatile @Nullable Map<String, Object> attributes;

  RawState(RawGreenlet handle, String name, RawLife life, @Nullable RawGreenlet parent) {
    this.name = name;
    this.life = life;
    this.parent = parent;
    this.main = parent == null ? handle : null;
    this.handle = new WeakReference<>(handle);
  }

  /** Returns the handle, a new one if its users have lost it. */
  synchronized RawGreenlet handle() {
    RawGreenlet known = handle.get();
    if (known == null) {
      known = new RawGreenlet(this);
      handle = new WeakReference<>(known);
      if (isActive()) {
        watchHandle(known);
      }
    }
    return known;
  }

  /** Has the tree close the greenlet, which starts now, when its handle is lost. */
  synchronized void watchHandle() {
    watchHandle(handle());
  }

  private void watchHandle(RawGreenlet watched) {
    watch = Handles.CLEANER.register(watched, this::lost);
  }

  /** Ends the watch, which refers to this: the greenlet has ended. */
  void forgetHandle() {
    Cleaner.Cleanable ended;
    synchronized (this) {
      ended = watch;
      watch = null;
    }
    if (ended != null) {
      ended.clean();
    }
  }

  private void lost() {
    RawTree tree = life.tree();
    if (tree != null && isLost()) {
      tree.closeLost(this);
    }
  }

  /** Whether the greenlet is active and no user refers to it. Any thread. */
  boolean isLost() {
    return main == null && isActive() && handle.refersTo(null);
  }

  RawBody findBody() {
    return handle().findBody();
  }

  String name() {
    return name;
  }

  RawThreadState threadState() {
    return threadState;
  }

  RawLife life() {
    return life;
  }

  /** Who gets the result: for the time that it is being closed, who closes it. */
  @Nullable RawState parent() {
    RawGreenlet closer = life.closer();
    RawGreenlet heir = closer != null ? closer : parent;
    return heir == null ? null : heir.state();
  }

  /** The handle of the parent, which is kept by it. */
  @Nullable RawGreenlet parentHandle() {
    return parent;
  }

  void parentHandle(RawGreenlet other) {
    parent = other;
  }

  RawState ancestor() {
    return Objects.requireNonNull(parent, "a main greenlet has no parent and needs none").state();
  }

  /** The tree it runs in, or would run in if it started now. */
  RawTree treeInLineage() {
    RawState next = this;
    while (true) {
      RawTree found = next.life.tree();
      if (found != null) {
        return found;
      }
      next = next.ancestor();
    }
  }

  /** Whether its end gives control to another one, at once or by way of others. Any thread. */
  boolean reportsTo(RawState other) {
    for (RawState next = this; next != null; next = stateOf(next.parent)) {
      if (stateOf(next.parent) == other || stateOf(next.life.closer()) == other) {
        return true;
      }
    }
    return false;
  }

  /** What is to be thrown into those that it reports to, which wait; the outermost comes first. */
  @Nullable GreenletExit signalOfAncestors() {
    GreenletExit found = null;
    for (RawState next = this; next != null; next = stateOf(next.parent)) {
      found = signalOr(found, stateOf(next.life.closer()));
      found = signalOr(found, stateOf(next.parent));
    }
    return found;
  }

  private static @Nullable GreenletExit signalOr(
      @Nullable GreenletExit other, @Nullable RawState waiting) {
    GreenletExit signal = waiting == null ? null : waiting.threadState.signal();
    return signal == null ? other : signal;
  }

  private static @Nullable RawState stateOf(@Nullable RawGreenlet handle) {
    return handle == null ? null : handle.state();
  }

  boolean isMain() {
    return parent == null;
  }

  boolean isActive() {
    return life.phase() == RawLife.Phase.ACTIVE && !isDead();
  }

  boolean isDead() {
    RawTree own = life.tree();
    return life.phase() == RawLife.Phase.DEAD || (own != null && isMain() && own.isOver());
  }

  Map<String, Object> attributes() {
    Map<String, Object> known = attributes;
    if (known == null) {
      synchronized (threadState) {
        known = attributes;
        if (known == null) {
          known = new ConcurrentHashMap<>();
          attributes = known;
        }
      }
    }
    return known;
  }

  @Override
  public String toString() {
    return "raw greenlet '%s' [%s]".formatted(name, describe());
  }

  private String describe() {
    if (isMain() && isDead()) {
      return "thread ended, dead";
    }
    return switch (life.phase()) {
      case UNSTARTED -> "pending";
      case DEAD -> "dead";
      case ACTIVE ->
          "%s active started%s"
              .formatted(
                  RawTree.isCurrent(this) ? "current" : "suspended", isMain() ? " main" : "");
    };
  }
}
