package dev.greenlet.raw;

import dev.greenlet.GreenletExit;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of a raw greenlet that its tree and its thread use. It does not refer to the {@link
 * RawGreenlet}, which is the handle of its users: when the handle is no longer referenced, no
 * caller can pass control to a suspended greenlet, and its tree closes it.
 */
final class RawState {

  /** Starts the thread that detects collected handles, together with the first greenlet. */
  private static final class Handles {
    static final Cleaner CLEANER = Cleaner.create();
  }

  private final String name;
  private final RawThreadState threadState = new RawThreadState();
  private final RawLife life;
  private final @Nullable RawGreenlet main; // the handle of a main greenlet is never collected
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

  /** Returns the handle, a new one if the former was collected. */
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

  /** Lets the tree close the greenlet, which starts now, when its handle is collected. */
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

  /** Returns whether the greenlet is active and its handle was collected. Any thread. */
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

  /**
   * Returns the receiver of the result: the parent, or the closing greenlet while it is being
   * closed.
   */
  @Nullable RawState parent() {
    RawGreenlet closer = life.closer();
    RawGreenlet receiver = closer != null ? closer : parent;
    return receiver == null ? null : receiver.state();
  }

  /** Returns the handle of the parent, which is thereby kept reachable. */
  @Nullable RawGreenlet parentHandle() {
    return parent;
  }

  void parentHandle(RawGreenlet other) {
    parent = other;
  }

  RawState ancestor() {
    return Objects.requireNonNull(parent, "a main greenlet has no parent").state();
  }

  /** Returns the tree in which it runs, or would run if it started now. */
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

  /**
   * Returns whether its end passes control to another greenlet, directly or through others. Any
   * thread.
   */
  boolean reportsTo(RawState other) {
    for (RawState next = this; next != null; next = stateOf(next.parent)) {
      if (stateOf(next.parent) == other || stateOf(next.life.closer()) == other) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the signal to throw into the waiting receivers of its result; that of the outermost
   * first.
   */
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
