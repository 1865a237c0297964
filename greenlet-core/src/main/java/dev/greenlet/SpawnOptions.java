package dev.greenlet;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a greenlet is spawned. Name and kind are made {@linkplain Printable printable}. Immutable.
 *
 * @param name what it is called, or {@code null} for {@code greenlet-<id>}
 * @param kind what sort it is; see {@link GreenletTask#kind()}
 * @param lane where it starts, or {@code null} for the lane of the spawning greenlet, or the shared
 *     lane when no greenlet spawns it
 * @param daemon whether it may wait for ever; see {@link #asDaemon()}
 */
public record SpawnOptions(
    @Nullable String name, String kind, @Nullable Lane lane, boolean daemon) {
  private static final SpawnOptions DEFAULTS = new SpawnOptions(null, "task", null, false);

  /**
   * Creates options.
   *
   * @param name what it is called, or {@code null}
   * @param kind what sort it is
   * @param lane where it starts, or {@code null}
   * @param daemon whether it may wait for ever
   */
  public SpawnOptions {
    name = name == null ? null : Printable.of(name, Printable.MAX_LENGTH);
    kind =
        Printable.of(Objects.requireNonNull(kind, "'kind' must not be null"), Printable.MAX_LENGTH);
  }

  /**
   * A nameless task on the spawner's lane.
   *
   * @return the options
   */
  public static SpawnOptions defaults() {
    return DEFAULTS;
  }

  /**
   * A task with a name.
   *
   * @param name what it is called
   * @return the options
   */
  public static SpawnOptions named(String name) {
    return new SpawnOptions(
        Objects.requireNonNull(name, "'name' must not be null"), DEFAULTS.kind, null, false);
  }

  /**
   * The same with another kind.
   *
   * @param kind what sort it is
   * @return the options
   */
  public SpawnOptions withKind(String kind) {
    return new SpawnOptions(name, kind, lane, daemon);
  }

  /**
   * The same on a certain lane.
   *
   * @param lane where it starts
   * @return the options
   */
  public SpawnOptions on(Lane lane) {
    return new SpawnOptions(
        name, kind, Objects.requireNonNull(lane, "'lane' must not be null"), daemon);
  }

  /**
   * The same for one that may wait for ever, such as a consumer of what comes from outside: its
   * wait alone does not make the runtime a stuck one.
   *
   * @return the options
   * @see StuckPolicy
   */
  public SpawnOptions asDaemon() {
    return new SpawnOptions(name, kind, lane, true);
  }
}
