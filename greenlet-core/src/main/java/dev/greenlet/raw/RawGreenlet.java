package dev.greenlet.raw;

import dev.greenlet.GreenletExit;
import dev.greenlet.Printable;
import dev.greenlet.SpawnContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A greenlet with explicit switching, as Python's {@code greenlet}.
 *
 * <pre>{@code
 * RawGreenlet child = new RawGreenlet(value -> RawGreenlet.current().parent().switchTo(value + "b"));
 * child.switchTo("a"); // "ab"
 * }</pre>
 *
 * <p>Every thread has a <em>tree</em> of raw greenlets, rooted in an implicit {@linkplain #main
 * main} greenlet; a task greenlet of a hub counts as a thread of its own. Exactly one greenlet of a
 * tree has control, also while it is blocked; the others are suspended until control is passed to
 * them by a switch, a throw or the end of a greenlet. Other trees, and the other greenlets of the
 * hub, run meanwhile.
 *
 * <p>Results and failures go to the <em>parent</em>, regardless of the origin of the last switch:
 * the return value of the body is returned by the parent's pending switch, and its exception is
 * thrown there. A dead greenlet is replaced by its first living ancestor. A {@link GreenletExit} is
 * swallowed at the end of the body and becomes its value, unless it is that of a deadline.
 *
 * <p>Each raw greenlet runs on a virtual thread of its own, so thread locals and the interrupt
 * status are specific to it. Within a task greenlet it is a task as well, of kind {@code raw}, and
 * every switch is a switch point of the lane. An interrupt, a kill or the expiry of a deadline
 * takes effect in a suspended greenlet when it receives control. If a descendant has control, a
 * kill or the expiry of a deadline also ends the wait of that descendant: it is killed, or the
 * {@link dev.greenlet.DeadlineExit} is thrown there and passes from parent to parent to its owner.
 *
 * <p>A suspended greenlet that is no longer referenced is closed by the next call of this package
 * in its tree, some time after the garbage collector has found it. A body that refers to its own
 * greenlet, such as by {@code RawGreenlet.current()} in a variable that is still used, keeps it
 * alive. {@link #close} the greenlet, or {@linkplain #closeTree the tree}, where prompt closing
 * matters; the end of the owning thread or task greenlet closes its tree.
 *
 * <p>May be subclassed, to determine the body late ({@link #findBody}). Only the running greenlet
 * of a tree may switch to, throw into or close one of its greenlets; any thread may call the query
 * methods. Actions before a switch happen before the actions that follow it in the greenlet that
 * receives control.
 */
public class RawGreenlet implements AutoCloseable {
  private static final AtomicLong LAST_NUMBER = new AtomicLong();

  private final RawState state;

  /**
   * Creates a greenlet whose parent is the current one. Does not start it.
   *
   * @param body the body, run at the first switch
   */
  public RawGreenlet(RawBody body) {
    this(nextName(), body, null);
  }

  /**
   * Creates a greenlet with a parent.
   *
   * @param body the body, run at the first switch
   * @param parent the parent; {@code null} for the current greenlet
   */
  public RawGreenlet(RawBody body, @Nullable RawGreenlet parent) {
    this(nextName(), body, parent);
  }

  /**
   * Creates a greenlet with a name and a parent.
   *
   * @param name the name for messages, which is made {@linkplain Printable printable}
   * @param body the body, run at the first switch
   * @param parent the parent; {@code null} for the current greenlet
   */
  @SuppressWarnings("this-escape") // is stored only
  public RawGreenlet(String name, RawBody body, @Nullable RawGreenlet parent) {
    Objects.requireNonNull(name, "'name' must not be null");
    RawLife life =
        new RawLife(
            Objects.requireNonNull(
                body,
                "'body' must not be null: pass a body, or override findBody() in a subclass"));
    this.state =
        new RawState(this, Printable.of(name, Printable.MAX_LENGTH), life, parentOrCurrent(parent));
  }

  /**
   * Creates a greenlet of a subclass that overrides {@link #findBody}.
   *
   * @param parent the parent; {@code null} for the current greenlet
   */
  @SuppressWarnings("this-escape") // is stored only
  protected RawGreenlet(@Nullable RawGreenlet parent) {
    this.state =
        new RawState(this, nextName(), new RawLife((RawBody) null), parentOrCurrent(parent));
  }

  /** Creates the main greenlet of a tree. */
  RawGreenlet(RawTree tree) {
    this.state = new RawState(this, "main", new RawLife(tree), null);
  }

  /** Creates another handle of a greenlet whose former handle was collected. */
  RawGreenlet(RawState state) {
    this.state = state;
  }

  private static RawGreenlet parentOrCurrent(@Nullable RawGreenlet parent) {
    return parent != null ? parent : RawTree.current().handle();
  }

  private static String nextName() {
    return "raw-" + LAST_NUMBER.incrementAndGet();
  }

  /**
   * Returns the current raw greenlet. Any thread has one, at least the main greenlet of its tree.
   *
   * @return the current greenlet
   */
  public static RawGreenlet current() {
    return RawTree.enter().handle();
  }

  /**
   * Returns the main greenlet of the caller's tree. Any thread.
   *
   * @return the root of the tree
   */
  public static RawGreenlet main() {
    return RawTree.enter().life().ownTree().main().handle();
  }

  /**
   * Closes all suspended greenlets of the caller's tree except the main one, youngest first: each
   * receives a {@link GreenletExit} and runs its {@code finally} blocks. Their exceptions go to the
   * uncaught-exception handler. Call it before a pooled thread is returned; a thread or task
   * greenlet that ends closes its tree by itself.
   */
  public static void closeTree() {
    RawState self = RawTree.enter();
    self.life().ownTree().closeAll(self);
  }

  /**
   * Notifies a listener of every switch in the caller's tree. Any thread, for its own tree.
   *
   * @param listener the listener, notified once for each registration
   * @return the registration, to be closed
   */
  public static RawTrace trace(RawSwitchListener listener) {
    Objects.requireNonNull(listener, "'listener' must not be null");
    return RawTree.enter().life().ownTree().listeners().add(listener);
  }

  // --- switching --------------------------------------------------------------------------------

  /**
   * Switches without a value.
   *
   * @return the value of the next switch to the caller
   * @see #switchTo(Object)
   */
  public final @Nullable Object switchTo() {
    return switchTo(null);
  }

  /**
   * Passes control and a value to this greenlet, and suspends the caller until control returns. An
   * unstarted greenlet starts with the value; a suspended one returns it from its pending switch; a
   * dead one is replaced by its first living ancestor; the current one returns it at once.
   *
   * @param value the value for this greenlet
   * @return the value of the next switch to the caller, whatever its origin
   * @throws CrossThreadSwitchException if this greenlet belongs to another living tree
   * @throws DeadThreadException if this greenlet belongs to a tree whose owner has ended
   * @throws ClosedRawGreenletException if this greenlet was closed
   * @throws IllegalStateException if it has no body; it stays unstarted
   * @throws RawBodyException if the caller receives a checked exception instead of a value; an
   *     unchecked one is thrown unwrapped
   */
  public final @Nullable Object switchTo(@Nullable Object value) {
    RawState self = RawTree.enter();
    failIfClosed(self);
    self.life().ownTree().depart(self, state, new Payload.Value(value));
    value = null; // must not stay reachable while the caller is suspended
    return self.life().ownTree().arrive(self);
  }

  /**
   * Throws a {@link GreenletExit} into this greenlet.
   *
   * @return the value of the next switch to the caller
   * @see #throwInto(Throwable)
   */
  public final @Nullable Object throwInto() {
    return throwInto(new GreenletExit("Raw greenlet '%s' was cancelled".formatted(name()), null));
  }

  /**
   * Passes control to this greenlet and throws there. A suspended greenlet gets the throwable from
   * its pending switch and may catch it; an unstarted one ends with it without running its body; a
   * dead one is replaced by its first living ancestor, where an exit arrives as a value.
   *
   * @param failure the throwable
   * @return the value of the next switch to the caller
   * @throws CrossThreadSwitchException if this greenlet belongs to another living tree
   * @throws DeadThreadException if this greenlet belongs to a tree whose owner has ended
   * @throws ClosedRawGreenletException if this greenlet was closed
   * @throws IllegalStateException if it has no body; it stays unstarted
   * @throws RawBodyException if the caller receives a checked exception instead of a value
   */
  public final @Nullable Object throwInto(Throwable failure) {
    Objects.requireNonNull(failure, "'failure' must not be null");
    RawState self = RawTree.enter();
    failIfClosed(self);
    Payload payload = new Payload.Failure(failure);
    self.life().ownTree().depart(self, state, isDead() ? payload.asResult() : payload);
    return self.life().ownTree().arrive(self);
  }

  private void failIfClosed(RawState caller) {
    if (state.life().isClosed()) {
      caller.life().ownTree().checkSwitchAllowed(state);
      throw new ClosedRawGreenletException(state);
    }
  }

  /**
   * Closes this greenlet. If it is suspended, a {@link GreenletExit} is thrown in it, with the
   * caller as its temporary parent, so that its {@code finally} blocks run now and control returns;
   * other exceptions that escape it go to the uncaught-exception handler of its thread. A greenlet
   * that survives is logged, and stays alive. An unstarted greenlet never starts; closing a main
   * greenlet closes {@linkplain #closeTree its tree}; closing a dead greenlet only forbids its use.
   * Outside of its tree, the call returns at once, and the next call of this package within the
   * tree closes it.
   *
   * @throws IllegalStateException if the current greenlet closes itself
   */
  @Override
  public final void close() {
    RawState self = RawTree.enter();
    if (state.life().closeUnlessActive()) {
      return;
    }
    RawTree own = state.life().ownTree();
    if (own != self.life().ownTree()) {
      own.closeLater(state);
    } else if (isMain()) {
      own.closeAll(self);
    } else if (state == self) {
      throw new IllegalStateException(
          "%s cannot close itself: return, or throw GreenletExit".formatted(this));
    } else {
      own.close(self, state);
    }
  }

  /**
   * Determines the body, when this greenlet is about to start. Called by the greenlet that
   * switches, in its context; it may itself switch, even to this greenlet. Its exceptions are
   * thrown there, and this greenlet stays unstarted.
   *
   * @return the body
   * @throws IllegalStateException if there is none
   */
  protected RawBody findBody() {
    RawBody found = state.life().body();
    if (found == null) {
      throw new IllegalStateException(
          "%s has no body: pass one to the constructor, or override findBody()".formatted(this));
    }
    return found;
  }

  // --- position in the tree ---------------------------------------------------------------------

  /**
   * Returns the parent, which receives this greenlet's result. Any thread.
   *
   * @return the parent; the closing greenlet while this one is being closed; {@code null} for a
   *     main greenlet
   */
  public final @Nullable RawGreenlet parent() {
    RawGreenlet temporary = state.life().closer();
    return temporary != null ? temporary : state.parentHandle();
  }

  /**
   * Changes the parent. The running greenlet of the tree.
   *
   * @param parent the new parent, in any state; an unstarted greenlet moves to the tree of the
   *     parent
   * @throws IllegalArgumentException if the parent is this greenlet or a descendant of it, or if
   *     this greenlet has started and the parent belongs to another tree
   * @throws IllegalStateException if this is a main greenlet
   */
  public final void setParent(RawGreenlet parent) {
    Objects.requireNonNull(parent, "'parent' must not be null: only a main greenlet has none");
    if (isMain()) {
      throw new IllegalStateException(
          "Cannot set the parent of a main greenlet: %s is the root of the %s"
              .formatted(this, state.life().tree()));
    }
    synchronized (RawGreenlet.class) {
      failIfCyclic(parent);
      RawTree theirs = parent.state.treeInLineage();
      RawTree own = state.life().tree();
      if (own != null && own != theirs) {
        throw new IllegalArgumentException(
            "'parent' cannot be on a different thread: %s belongs to the %s, was %s of the %s"
                .formatted(this, own, parent, theirs));
      }
      state.parentHandle(parent);
    }
  }

  private void failIfCyclic(RawGreenlet newParent) {
    List<RawGreenlet> chain = new ArrayList<>(List.of(this));
    for (RawGreenlet next = newParent; next != null; next = next.state.parentHandle()) {
      chain.add(next);
      if (next == this) {
        throw new IllegalArgumentException(
            chain.stream()
                .map(RawGreenlet::name)
                .collect(Collectors.joining("' -> '", "Cyclic parent chain: '", "'")));
      }
    }
  }

  // --- queries: any thread ----------------------------------------------------------------------

  /**
   * Returns the name, for messages.
   *
   * @return the name
   */
  public final String name() {
    return state.name();
  }

  /**
   * Returns whether this greenlet has started and not finished.
   *
   * @return {@code true} if it is suspended or running
   */
  public final boolean isActive() {
    return state.isActive();
  }

  /**
   * Returns whether this greenlet has finished. A main greenlet has finished when its thread or
   * task greenlet has ended.
   *
   * @return {@code true} if it is dead
   */
  public final boolean isDead() {
    return state.isDead();
  }

  /**
   * Returns whether this is the root of its tree.
   *
   * @return {@code true} if it is a main greenlet
   */
  public final boolean isMain() {
    return state.isMain();
  }

  /**
   * Returns the stack, innermost frame first, from the frame that switched out to the body. Empty
   * for an unstarted or dead greenlet, and for one that is about to run on a hub.
   *
   * @return the frames, without those of this library at either end
   */
  public final List<StackTraceElement> stackTrace() {
    return isActive() ? StackFrames.trim(state.threadState().stackTrace()) : List.of();
  }

  /**
   * Returns the attributes that callers have attached to this greenlet. Created by the first call.
   *
   * @return a thread-safe, modifiable map
   */
  public final Map<String, Object> attributes() {
    return state.attributes();
  }

  /**
   * Sets the captured context in which the body runs, instead of an empty one. Several greenlets
   * may have the same.
   *
   * @param context the context, restored before the body and reset after it
   * @throws IllegalStateException if this greenlet has started: from then on its thread locals are
   *     its own
   */
  public final void setContext(SpawnContext.Captured context) {
    Objects.requireNonNull(context, "'context' must not be null: SpawnContext.none() is empty");
    if (!state.life().setContext(context)) {
      throw new IllegalStateException(
          "Cannot set the context of %s, which has started: set it before, or in its body"
              .formatted(this));
    }
  }

  @Override
  public String toString() {
    return state.toString();
  }

  /** Returns the state that its tree and its thread use. */
  final RawState state() {
    return state;
  }
}
