package dev.greenlet.inspect;

import dev.greenlet.GreenletState;
import dev.greenlet.WaitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A greenlet at one moment.
 *
 * @param id its id
 * @param name what it was called
 * @param kind what sort it was
 * @param lane the name of its lane
 * @param state what it was doing
 * @param waitingOn what it waited for, or {@code null} when it did not wait
 * @param age how long ago it was spawned
 * @param switches how many slices it had begun
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
   * How many levels of a tree are rendered, as text or as JSON. What is below is counted only. A
   * reader of JSON that accepts 64 levels of nesting can read it.
   */
  public static final int MAX_RENDERED_DEPTH = 30;

  /**
   * Creates a snapshot.
   *
   * @param id its id
   * @param name what it was called
   * @param kind what sort it was
   * @param lane the name of its lane
   * @param state what it was doing
   * @param waitingOn what it waited for, or {@code null}
   * @param age how long ago it was spawned
   * @param switches how many slices it had begun
   * @param children its unfinished children
   */
  public GreenletSnapshot {
    children = List.copyOf(children);
  }

  /**
   * Returns this greenlet and all below it, each before its children.
   *
   * @return a list of at least one
   */
  public List<GreenletSnapshot> subtree() {
    List<GreenletSnapshot> all = new ArrayList<>();
    all.add(this);
    for (int i = 0; i < all.size(); i++) {
      all.addAll(all.get(i).children);
    }
    return all;
  }

  /** Compares all fields; a tree may be of any depth. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GreenletSnapshot that
        && subtree().stream()
            .map(GreenletSnapshot::line)
            .toList()
            .equals(that.subtree().stream().map(GreenletSnapshot::line).toList());
  }

  @Override
  public int hashCode() {
    return line().hashCode();
  }

  /** Returns the fields, of the children only how many there are. */
  @Override
  public String toString() {
    return "GreenletSnapshot" + line();
  }

  private List<@Nullable Object> line() {
    return Arrays.asList(id, name, kind, lane, state, waitingOn, age, switches, children.size());
  }
}
