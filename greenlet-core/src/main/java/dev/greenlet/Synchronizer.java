package dev.greenlet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object at which greenlets and threads wait, as it is seen by deadlock detection and by tools
 * that show the waits of a program. An SPI for libraries that build primitives of their own.
 *
 * <p>Implementations are thread-safe: any thread may call each method, which returns without
 * waiting. Every answer is outdated at once.
 */
public interface Synchronizer {

  /**
   * Returns the reason with which greenlets wait here.
   *
   * @return the reason, the same object for every wait
   */
  WaitReason waitReason();

  /**
   * Describes this object for a human reader.
   *
   * @return kind and name, such as {@code lock 'seats'}
   */
  default String describe() {
    WaitReason reason = waitReason();
    return reason.detail().isEmpty()
        ? reason.kind()
        : "%s '%s'".formatted(reason.kind(), reason.detail());
  }

  /**
   * Returns the strand that has to act before a waiter can continue, if there is exactly one.
   *
   * @return the holder, or {@code null} if there is none, or if any thread may end the wait
   */
  default @Nullable Strand holder() {
    return null;
  }

  /**
   * Returns the strands all of which have to act before a waiter can continue, as far as they are
   * known. The default implementation returns the {@linkplain #holder holder} alone, if any.
   *
   * @return a snapshot
   */
  default List<Strand> holders() {
    Strand alone = holder();
    return alone == null ? List.of() : List.of(alone);
  }

  /**
   * Returns the strands that wait here, in the order in which they arrived.
   *
   * @return a snapshot
   */
  List<Strand> waiters();
}
