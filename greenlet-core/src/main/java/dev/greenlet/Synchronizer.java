package dev.greenlet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that greenlets and threads wait at, seen by one who asks who waits for whom.
 * Implementations answer from any thread, without waiting; the answer is outdated at once.
 */
public interface Synchronizer {

  /**
   * What those who wait here say they wait for.
   *
   * @return the reason, the same object for every wait
   */
  WaitReason waitReason();

  /**
   * What this is, for a human reader.
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
   * Who must act before a waiter can go on, if that is one strand alone.
   *
   * @return the holder, or {@code null} when nobody holds it, or anybody may end the wait
   */
  default @Nullable Strand holder() {
    return null;
  }

  /**
   * Returns the parties all of which must act before a waiter can go on, as far as they are known.
   *
   * @return a snapshot; of the {@linkplain #holder holder} alone unless overridden
   */
  default List<Strand> holders() {
    Strand alone = holder();
    return alone == null ? List.of() : List.of(alone);
  }

  /**
   * Who waits, those who came first in front.
   *
   * @return a snapshot
   */
  List<Strand> waiters();
}
