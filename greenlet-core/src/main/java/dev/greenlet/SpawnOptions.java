package dev.greenlet;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The options with which a greenlet is spawned: name, kind, lane, and whether it is a daemon. The
 * name and the kind are made {@linkplain Printable printable} and cut at {@link
 * Printable#MAX_LENGTH} characters.
 *
 * <p>Immutable; any thread may call each method.
 *
 * @param name the name of the greenlet, or {@code null} for {@code greenlet-<id>}
 * @param kind the kind of the greenlet; see {@link GreenletTask#kind()}
 * @param lane the lane on which it starts, or {@code null} for the lane of the spawning greenlet,
 *     or the shared lane if the spawner is not a greenlet
 * @param daemon whether it may wait forever; see {@link #asDaemon()}
 */
public record SpawnOptions(
    @Nullable String name, String kind, @Nullable Lane lane, boolean daemon) {
  private static final SpawnOptions DEFAULTS = new SpawnOptions(null, "task", null, false);

  /**
   * Creates options.
   *
   * @param name the name of the greenlet, or {@code null}
   * @param kind the kind of the greenlet
   * @param lane the lane on which it starts, or {@code null}
   * @param daemon whether it may wait forever
   * @throws NullPointerException if {@code kind} is {@code null}
   */
  public SpawnOptions {
    name = name == null ? null : Printable.of(name, Printable.MAX_LENGTH);
    kind =
        Printable.of(Objects.requireNonNull(kind, "'kind' must not be null"), Printable.MAX_LENGTH);
  }

  /**
   * Returns the default options: no name, the kind {@code task}, the lane of the spawner, not a
   * daemon.
   *
   * @return the options
   */
  public static SpawnOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Returns the default options with a name.
   *
   * @param name the name of the greenlet
   * @return the options
   * @throws NullPointerException if {@code name} is {@code null}
   */
  public static SpawnOptions named(String name) {
    return new SpawnOptions(
        Objects.requireNonNull(name, "'name' must not be null"), DEFAULTS.kind, null, false);
  }

  /**
   * Returns a copy of these options with the given kind.
   *
   * @param kind the kind of the greenlet
   * @return the copy
   * @throws NullPointerException if {@code kind} is {@code null}
   */
  public SpawnOptions withKind(String kind) {
    return new SpawnOptions(name, kind, lane, daemon);
  }

  /**
   * Returns a copy of these options with the given lane.
   *
   * @param lane the lane on which the greenlet starts; spawning fails unless it belongs to the same
   *     runtime
   * @return the copy
   * @throws NullPointerException if {@code lane} is {@code null}
   */
  public SpawnOptions on(Lane lane) {
    return new SpawnOptions(
        name, kind, Objects.requireNonNull(lane, "'lane' must not be null"), daemon);
  }

  /**
   * Returns a copy of these options for a daemon: a greenlet that may wait forever, such as a
   * consumer of events from outside the runtime. A runtime in which only daemons wait is not stuck.
   *
   * @return the copy
   * @see StuckPolicy
   */
  public SpawnOptions asDaemon() {
    return new SpawnOptions(name, kind, lane, true);
  }
}
