package dev.greenlet;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A variable with one value for each tree of greenlets: a root, which was not spawned by a
 * greenlet, and all its descendants. The value is removed when the last greenlet of the tree has
 * ended.
 *
 * <p>Thread-safe: any greenlet may call each method. The greenlets of a tree may run on several
 * lanes; then the value must be thread-safe too.
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
   * @param initial creates the initial value of a tree on the first {@link #get} of one of its
   *     greenlets; if several call it at the same time, the value of one of them is kept
   * @param <T> the type of the value
   * @return a new local
   * @throws NullPointerException if {@code initial} is {@code null}
   */
  public static <T extends @Nullable Object> TreeLocal<T> withInitial(
      Supplier<? extends T> initial) {
    return new TreeLocal<>(Objects.requireNonNull(initial, "'initial' must not be null"));
  }

  /**
   * Returns the value of the tree of the caller, and creates it if there is none.
   *
   * @return the value
   * @throws IllegalStateException if the caller is not a greenlet
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // only values of this type are put in
  public T get() {
    return (T) values.get(CurrentGreenlet.require().locals().ofTree(), initial);
  }

  /**
   * Sets the value of the tree of the caller.
   *
   * @param value the value
   * @throws IllegalStateException if the caller is not a greenlet
   */
  public void set(T value) {
    values.set(CurrentGreenlet.require().locals().ofTree(), value);
  }
}
