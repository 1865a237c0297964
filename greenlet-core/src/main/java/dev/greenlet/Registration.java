package dev.greenlet;

/** Somebody's wish to be told, which may be taken back. Thread-safe. */
@FunctionalInterface
public interface Registration extends AutoCloseable {

  /**
   * Takes the wish back. What has not been told by then never will be, also when others are just
   * being told; a call that is in progress is not waited for. Any thread, any number of times.
   */
  @Override
  void close();
}
