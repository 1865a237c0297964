package dev.greenlet;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A variable of which each greenlet has its own value, and each thread that is no greenlet too. A
 * child starts with the initial value, not with its parent's. The value goes when the greenlet
 * ends, also if the {@link GreenletTask} is still referred to, and when the local can be reached no
 * more except from its own values.
 *
 * <p>A {@link ThreadLocal} serves as well, for a greenlet has one thread for life; this one can be
 * looked at from outside. Thread-safe.
 *
 * @param <T> the type of the value
 */
public final class GreenletLocal<T extends @Nullable Object> {
  private final Supplier<? extends T> initial;
  private final LocalValues values = new LocalValues();

  private GreenletLocal(Supplier<? extends T> initial) {
    this.initial = initial;
  }

  /**
   * Creates a local.
   *
   * @param initial makes the value that a greenlet starts with, when it first asks
   * @param <T> the type of the value
   * @return a new local
   */
  public static <T extends @Nullable Object> GreenletLocal<T> withInitial(
      Supplier<? extends T> initial) {
    return new GreenletLocal<>(Objects.requireNonNull(initial, "'initial' must not be null"));
  }

  /**
   * The caller's value.
   *
   * @return the value
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // only values of this type are put in
  public T get() {
    return (T) values.get(owner(), initial);
  }

  /**
   * Sets the caller's value.
   *
   * @param value the value
   */
  public void set(T value) {
    values.set(owner(), value);
  }

  /** Forgets the caller's value: the next {@link #get} makes an initial one. */
  public void remove() {
    values.remove(owner());
  }

  private static ValueOwner owner() {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    return current == null ? LocalValues.ofThread() : current.locals();
  }

  /**
   * The value of another greenlet, to look at. Any thread; makes none.
   *
   * @param greenlet the greenlet
   * @return the value, or {@code null} if it has none
   */
  @SuppressWarnings("unchecked") // only values of this type are put in
  public @Nullable T peek(GreenletTask<?> greenlet) {
    return switch (greenlet) {
      case DefaultGreenletTask<?> task -> (T) values.peek(task.locals());
    };
  }
}
