package dev.greenlet;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A variable of which each tree of greenlets has one value: a greenlet that no greenlet spawned,
 * all that it spawns, all that those spawn. It goes when the last of the tree has ended.
 *
 * <p>Thread-safe. The greenlets of a tree may run on several hubs; then what the value is made of
 * must be thread-safe too.
 *
 * @param <T> the type of the value
 */
public final class TreeLocal<T extends @Nullable Object> {
  private final Supplier<? extends T> initial;
  private final LocalValues values = new LocalValues();

  private TreeLocal(Supplier<? extends T> initial) {
    this.initial = initial;
  }

  /**
   * Creates a local.
   *
   * @param initial makes the value that a tree starts with, when one of it first asks; if several
   *     ask at once, that of one of them is taken
   * @param <T> the type of the value
   * @return a new local
   */
  public static <T extends @Nullable Object> TreeLocal<T> withInitial(
      Supplier<? extends T> initial) {
    return new TreeLocal<>(Objects.requireNonNull(initial, "'initial' must not be null"));
  }

  /**
   * The value of the caller's tree.
   *
   * @return the value
   * @throws IllegalStateException if the caller is no greenlet
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // only values of this type are put in
  public T get() {
    return (T) values.get(CurrentGreenlet.require().locals().ofTree(), initial);
  }

  /**
   * Sets the value of the caller's tree.
   *
   * @param value the value
   * @throws IllegalStateException if the caller is no greenlet
   */
  public void set(T value) {
    values.set(CurrentGreenlet.require().locals().ofTree(), value);
  }
}
