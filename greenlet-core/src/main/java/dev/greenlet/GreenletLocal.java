package dev.greenlet;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A variable of which each greenlet has its own value, and so has each thread that is not a
 * greenlet. A child starts with the initial value, not with the value of its parent. The value is
 * released when the greenlet ends, even if the {@link GreenletTask} is still referenced, and when
 * the local is reachable from its own values only.
 *
 * <p>A {@link ThreadLocal} serves as well, since a greenlet has one thread for life; the values of
 * a {@code GreenletLocal} can in addition be inspected from outside.
 *
 * <p>Thread-safe: any thread may call any method. {@link #get}, {@link #set} and {@link #remove}
 * access the value of the caller. The value may be {@code null} if {@code T} permits it.
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
   * Creates a local with a supplier of the initial value.
   *
   * @param initial the supplier, which the greenlet or thread calls when it first reads its value;
   *     an exception that it throws is thrown by {@link #get}
   * @param <T> the type of the value
   * @return a new local
   */
  public static <T extends @Nullable Object> GreenletLocal<T> withInitial(
      Supplier<? extends T> initial) {
    return new GreenletLocal<>(Objects.requireNonNull(initial, "'initial' must not be null"));
  }

  /**
   * Returns the caller's value. If it has none, the initial value becomes its value.
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

  /** Removes the caller's value. The next {@link #get} makes an initial one. */
  public void remove() {
    values.remove(owner());
  }

  private static ValueOwner owner() {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    return current == null ? LocalValues.ofThread() : current.locals();
  }

  /**
   * Returns the value of another greenlet, for inspection. Any thread may call this method; it
   * makes no initial value. Actions of the greenlet before it set the value <i>happen-before</i>
   * the return; later changes of an object that is the value are not ordered with it.
   *
   * @param greenlet the greenlet
   * @return the value, or {@code null} if the greenlet has none
   */
  @SuppressWarnings("unchecked") // only values of this type are put in
  public @Nullable T peek(GreenletTask<?> greenlet) {
    return switch (greenlet) {
      case DefaultGreenletTask<?> task -> (T) values.peek(task.locals());
    };
  }
}
