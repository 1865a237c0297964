package dev.greenlet.sync;

/** Thrown when a closed {@link Channel} has no value to return. */
public final class ChannelClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  ChannelClosedException(String message) {
    super(message);
  }
}
