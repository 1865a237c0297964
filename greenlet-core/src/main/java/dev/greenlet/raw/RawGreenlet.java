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
 * A greenlet that others switch to by hand: what Python calls {@code greenlet}.
 *
 * <pre>{@code
 * RawGreenlet child = new RawGreenlet(value -> RawGreenlet.current().parent().switchTo(value + "b"));
 * child.switchTo("a"); // "ab"
 * }</pre>
 *
 * <p>Every thread has a <em>tree</em> of them, rooted in an implicit {@linkplain #main main} one; a
 * task greenlet of a hub counts as a thread of its own. Exactly one greenlet of a tree has control,
 * also while it is blocked; the others of its tree stay suspended until control is handed to them
 * by a switch, a throw or a death. Other trees, and the other greenlets of the hub, go on
 * meanwhile.
 *
 * <p>Results and errors go to the <em>parent</em>, whoever switched: what the body returns is what
 * the parent's pending switch returns, and what it throws is thrown there. A dead greenlet stands
 * for its first living ancestor. A {@link GreenletExit} is swallowed at death, and becomes the
 * value, unless it is that of a deadline.
 *
 * <p>Each raw greenlet runs on a virtual thread of its own, so thread locals and the interrupt
 * status differ from greenlet to greenlet. Within a task greenlet it is a task as well, of kind
 * {@code raw}, and every switch is a switch point of the lane. An interrupt, a kill or the end of a
 * deadline reaches a suspended greenlet when control does. If control is with a descendant, a kill
 * or the end of a deadline ends what that waits for: it is killed, or the {@link
 * dev.greenlet.DeadlineExit} is thrown there and goes from parent to parent to its owner.
 *
 * <p>A suspended greenlet to which nothing refers any more is closed by the next call of this
 * package in its tree, some time after the garbage collector has noticed. A body that refers to its
 * own greenlet, as {@code RawGreenlet.current()} in a variable that is still used, keeps it. {@link
 * #close} it, or {@linkplain #closeTree the tree}, where that must be soon; the end of the owning
 * thread or task greenlet does so by itself.
 *
 * <p>May be subclassed, to look up the body late ({@link #findBody}). Only the running greenlet of
 * its tree may switch to, throw into or close a greenlet in earnest; the questions are for any
 * thread.
 */
public class RawGreenlet implements AutoCloseable {
  private static final AtomicLong LAST_NUMBER = new AtomicLong();

  private final RawState state;

  /**
   * Creates a greenlet whose parent is the caller's. Does not run anything.
   *
   * @param body what it runs when it first gets control
   */
  public RawGreenlet(RawBody body) {
    this(nextName(), body, null);
  }

  /**
   * Creates a greenlet with a parent.
   *
   * @param body what it runs when it first gets control
   * @param parent who gets its result; {@code null} for the caller's
   */
  public RawGreenlet(RawBody body, @Nullable RawGreenlet parent) {
    this(nextName(), body, parent);
  }

  /**
   * Creates a greenlet with a name and a parent.
   *
   * @param name what messages call it, which is made {@linkplain Printable printable}
   * @param body what it runs when it first gets control
   * @param parent who gets its result; {@code null} for the caller's
   */
  @SuppressWarnings("this-escape") // is remembered only
  public RawGreenlet(String name, RawBody body, @Nullable RawGreenlet parent) {
    Objects.requireNonNull(name, "'name' must not be null");
    RawLife life =
        new RawLife(
            Objects.requireNonNull(
                body,
                "'body' must not be null: pass what runs, or override findBody() in a subclass"));
    this.state =
        new RawState(this, Printable.of(name, Printable.MAX_LENGTH), life, parentOrCurrent(parent));
  }

  /**
   * For subclasses that override {@link #findBody}.
   *
   * @param parent who gets its result; {@code null} for the caller's
   */
  @SuppressWarnings("this-escape") // is remembered only
  protected RawGreenlet(@Nullable RawGreenlet parent) {
    this.state =
        new RawState(this, nextName(), new RawLife((RawBody) null), parentOrCurrent(parent));
  }

  /** The main one of a tree. */
  RawGreenlet(RawTree tree) {
    this.state = new RawState(this, "main", new RawLife(tree), null);
  }

  /** Another handle of one whose users have lost theirs. */
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
   * The raw greenlet that calls. Any thread is one, at least the main one of its tree.
   *
   * @return the current greenlet
   */
  public static RawGreenlet current() {
    return RawTree.enter().handle();
  }

  /**
   * The main greenlet of the caller's tree.
   *
   * @return the root of the tree
   */
  public static RawGreenlet main() {
    return RawTree.enter().life().ownTree().main().handle();
  }

  /**
   * Closes all suspended greenlets of the caller's tree except the main one, youngest first: each
   * gets a {@link GreenletExit} and runs its {@code finally} blocks. What they throw goes to the
   * uncaught-exception handler. To be called where a pooled thread is given back; a thread or task
   * greenlet that ends does it by itself.
   */
  public static void closeTree() {
    RawState self = RawTree.enter();
    self.life().ownTree().closeAll(self);
  }

  /**
   * Has a listener told of every switch in the caller's tree.
   *
   * @param listener the listener; told once for each registration
   * @return the registration, to be closed
   */
  public static RawTrace trace(RawSwitchListener listener) {
    Objects.requireNonNull(listener, "'listener' must not be null");
    return RawTree.enter().life().ownTree().listeners().add(listener);
  }

  // --- to switch
  // -----------------------------------------------------------------------------------

  /**
   * Switches without a value.
   *
   * @return what the next switch to the caller brings
   * @see #switchTo(Object)
   */
  public final @Nullable Object switchTo() {
    return switchTo(null);
  }

  /**
   * Gives this greenlet control and a value, and suspends the caller until control comes back. An
   * unstarted one starts with the value; a suspended one gets it from its pending switch; a dead
   * one stands for its first living ancestor; the current one returns it at once.
   *
   * @param value what this greenlet gets
   * @return what the next switch to the caller brings, from wherever it comes
   * @throws CrossThreadSwitchException if this greenlet is of another living tree
   * @throws DeadThreadException if this greenlet is of a tree whose owner has ended
   * @throws ClosedRawGreenletException if this greenlet was closed
   * @throws IllegalStateException if it has no body; it stays unstarted
   * @throws RawBodyException if a checked exception comes instead of a value; an unchecked one is
   *     thrown as it is
   */
  public final @Nullable Object switchTo(@Nullable Object value) {
    RawState self = RawTree.enter();
    failIfClosed(self);
    self.life().ownTree().depart(self, state, new Payload.Value(value));
    value = null; // not to be kept alive while the caller is suspended
    return self.life().ownTree().arrive(self);
  }

  /**
   * Throws a {@link GreenletExit} into this greenlet.
   *
   * @return what the next switch to the caller brings
   * @see #throwInto(Throwable)
   */
  public final @Nullable Object throwInto() {
    return throwInto(
        new GreenletExit("Raw greenlet '%s' was told to exit".formatted(name()), null));
  }

  /**
   * Gives this greenlet control and throws in it. A suspended one gets the throwable from its
   * pending switch and may catch it; an unstarted one dies of it without running its body; a dead
   * one stands for its first living ancestor, where an exit arrives as a value.
   *
   * @param failure what to throw
   * @return what the next switch to the caller brings
   * @throws CrossThreadSwitchException if this greenlet is of another living tree
   * @throws DeadThreadException if this greenlet is of a tree whose owner has ended
   * @throws ClosedRawGreenletException if this greenlet was closed
   * @throws IllegalStateException if it has no body; it stays unstarted
   * @throws RawBodyException if a checked exception comes back instead of a value
   */
  public final @Nullable Object throwInto(Throwable failure) {
    Objects.requireNonNull(failure, "'failure' must not be null");
    RawState self = RawTree.enter();
    failIfClosed(self);
    Payload payload = new Payload.Failure(failure);
    self.life().ownTree().depart(self, state, isDead() ? payload.asLastWord() : payload);
    return self.life().ownTree().arrive(self);
  }

  private void failIfClosed(RawState caller) {
    if (state.life().isClosed()) {
      caller.life().ownTree().checkSwitchAllowed(state);
      throw new ClosedRawGreenletException(state);
    }
  }

  /**
   * Ends this greenlet. If it is suspended, a {@link GreenletExit} is thrown in it with the caller
   * as its parent for the time, so that its {@code finally} blocks run now and control comes back;
   * what else escapes it goes to the uncaught-exception handler of its thread. One that survives is
   * said to on the log, and lives on. An unstarted one never starts; the main one closes
   * {@linkplain #closeTree its tree}; closing a dead one just forbids its use. Called from outside
   * its tree, it has the tree do it at its next call of this package.
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
   * Finds the body, when this greenlet is about to start. Called by the greenlet that switches, in
   * its own context; it may itself switch, even to this greenlet. What it throws is thrown there,
   * and this greenlet stays unstarted.
   *
   * @return what to run
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

  // --- treeNode
  // --------------------------------------------------------------------------------------

  /**
   * Who gets this greenlet's result.
   *
   * @return the parent; while this greenlet is being closed, who closes it; {@code null} for a main
   *     one
   */
  public final @Nullable RawGreenlet parent() {
    RawGreenlet temporary = state.life().closer();
    return temporary != null ? temporary : state.parentHandle();
  }

  /**
   * Changes who gets this greenlet's result, at any time.
   *
   * @param parent the new parent, in any state; an unstarted greenlet goes with it to its tree
   * @throws IllegalArgumentException if it is this greenlet or a descendant of it, or if this
   *     greenlet has started and the parent is of another tree
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

  // --- questions: any thread
  // -----------------------------------------------------------------------

  /**
   * The name, for messages.
   *
   * @return the name
   */
  public final String name() {
    return state.name();
  }

  /**
   * Whether this greenlet has started and not finished.
   *
   * @return whether it is suspended or running
   */
  public final boolean isActive() {
    return state.isActive();
  }

  /**
   * Whether this greenlet has finished. A main one has when its thread, or task greenlet, has.
   *
   * @return whether it is dead
   */
  public final boolean isDead() {
    return state.isDead();
  }

  /**
   * Whether this is the root of its tree.
   *
   * @return whether it is a main greenlet
   */
  public final boolean isMain() {
    return state.isMain();
  }

  /**
   * The stack, innermost frame first, from the frame that switched out to the body. Empty for an
   * unstarted or dead greenlet, and for one that is about to run on a hub.
   *
   * @return the frames, without this library's own at either end
   */
  public final List<StackTraceElement> stackTrace() {
    return isActive() ? StackFrames.trim(state.threadState().stackTrace()) : List.of();
  }

  /**
   * What users have attached to this greenlet. Made on the first call.
   *
   * @return a thread-safe, modifiable map
   */
  public final Map<String, Object> attributes() {
    return state.attributes();
  }

  /**
   * Has the body run in a captured context, instead of an empty one. Several greenlets may have the
   * same.
   *
   * @param context what is set before the body and set back after it
   * @throws IllegalStateException if this greenlet has started: its thread locals are its own then
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

  /** What it is to its tree. */
  final RawState state() {
    return state;
  }
}
