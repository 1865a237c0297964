package dev.greenlet.inspect;

import dev.greenlet.GreenletState;
import dev.greenlet.WaitReason;
import java.time.Duration;
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
}
