package dev.greenlet;

/**
 * A registration, such as that of a listener, which can be cancelled.
 *
 * <p>Thread-safe: any thread may close it, any number of times.
 */
@FunctionalInterface
public interface Registration extends AutoCloseable {

  /**
   * Cancels this registration. A listener that has not been called by then is not called any more,
   * even if others are being called at the moment. A call that is in progress continues, and this
   * method does not wait for it.
   */
  @Override
  void close();
}
