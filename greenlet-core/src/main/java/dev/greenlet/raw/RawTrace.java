package dev.greenlet.raw;

import dev.greenlet.raw.RawSwitch.Kind;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The registration of a listener with one tree, created by {@link RawGreenlet#trace}. Registrations
 * may end in any order. Thread-safe: any thread may call every method.
 */
public final class RawTrace implements AutoCloseable {
  private final Listeners listeners;
  private final RawSwitchListener listener;

  private RawTrace(Listeners listeners, RawSwitchListener listener) {
    this.listeners = listeners;
    this.listener = listener;
  }

  /**
   * Returns whether the listener is still notified. Any thread.
   *
   * @return {@code false} after {@link #close}, or after the listener has thrown an exception
   */
  public boolean isOpen() {
    return listeners.open.contains(this);
  }

  /** Ends the registration. Any thread; a second call has no effect. */
  @Override
  public void close() {
    listeners.open.remove(this);
  }

  /** The listeners of one tree. */
  static final class Listeners {
    private final List<RawTrace> open = new CopyOnWriteArrayList<>();

    RawTrace add(RawSwitchListener listener) {
      RawTrace trace = new RawTrace(this, listener);
      open.add(trace);
      return trace;
    }

    /**
     * Notifies all listeners. Returns the payload for the target, or the exceptions of listeners.
     */
    Payload notifyListeners(Payload payload, RawState origin, RawState target) {
      if (open.isEmpty()) {
        return payload;
      }
      Kind kind =
          switch (payload) {
            case Payload.Value value -> Kind.SWITCH;
            case Payload.Failure failure -> Kind.THROW;
          };
      RawSwitch event = new RawSwitch(kind, origin.handle(), target.handle());
      Throwable failure = null;
      for (RawTrace trace : open) {
        failure = notifyListener(trace, event, failure);
      }
      return failure == null ? payload : new Payload.Failure(failure);
    }

    private static @Nullable Throwable notifyListener(
        RawTrace trace, RawSwitch event, @Nullable Throwable earlier) {
      try {
        trace.listener.switched(event);
        return earlier;
      } catch (RuntimeException | Error failure) {
        trace.close();
        if (earlier == null) {
          return failure;
        }
        if (earlier != failure) {
          earlier.addSuppressed(failure);
        }
        return earlier;
      }
    }
  }
}
