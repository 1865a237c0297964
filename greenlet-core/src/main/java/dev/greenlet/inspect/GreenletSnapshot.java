package dev.greenlet.inspect;

import dev.greenlet.GreenletState;
import dev.greenlet.WaitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A greenlet at one moment. Immutable; any thread may read it.
 *
 * @param id its id
 * @param name its name
 * @param kind its kind
 * @param lane the name of its lane
 * @param state its state
 * @param waitingOn its wait reason, or {@code null} if it did not wait
 * @param age the time since its spawn
 * @param switches the number of slices it had begun
 * @param children its unfinished children
 */
public record GreenletSnapshot(
    long id,
    String name,
    String kind,
    String lane,
    GreenletState state,
    @Nullable WaitReason waitingOn,
    Duration age,
    long switches,
    List<GreenletSnapshot> children) {

  /**
   * The number of levels of a tree that are rendered, as text or as JSON. Greenlets below are
   * counted only. A JSON parser that accepts 64 levels of nesting can read the result.
   */
  public static final int MAX_RENDERED_DEPTH = 30;

  /**
   * Creates a snapshot.
   *
   * @param id its id
   * @param name its name
   * @param kind its kind
   * @param lane the name of its lane
   * @param state its state
   * @param waitingOn its wait reason, or {@code null}
   * @param age the time since its spawn
   * @param switches the number of slices it had begun
   * @param children its unfinished children
   */
  public GreenletSnapshot {
    children = List.copyOf(children);
  }

  /**
   * Returns this greenlet and its descendants, each before its children.
   *
   * @return a list of at least one greenlet
   */
  public List<GreenletSnapshot> subtree() {
    List<GreenletSnapshot> all = new ArrayList<>();
    all.add(this);
    for (int i = 0; i < all.size(); i++) {
      all.addAll(all.get(i).children);
    }
    return all;
  }

  /** Compares all fields, for trees of any depth. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GreenletSnapshot that
        && subtree().stream()
            .map(GreenletSnapshot::fields)
            .toList()
            .equals(that.subtree().stream().map(GreenletSnapshot::fields).toList());
  }

  @Override
  public int hashCode() {
    return fields().hashCode();
  }

  /** Returns the fields, with the number of children in place of the children. */
  @Override
  public String toString() {
    return "GreenletSnapshot" + fields();
  }

  private List<@Nullable Object> fields() {
    return Arrays.asList(id, name, kind, lane, state, waitingOn, age, switches, children.size());
  }
}
