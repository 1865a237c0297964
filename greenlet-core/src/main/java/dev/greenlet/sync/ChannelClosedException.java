package dev.greenlet.sync;

/** Thrown where a closed {@link Channel} leaves nothing to return. */
public final class ChannelClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  ChannelClosedException(String message) {
    super(message);
  }
}
