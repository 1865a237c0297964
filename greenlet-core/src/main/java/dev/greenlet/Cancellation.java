package dev.greenlet;

/**
 * Cancels a blocking call in which another greenlet waits, by the means of the called library: a
 * statement is cancelled, an exchange aborted, a socket closed. An SPI for libraries that describe
 * their blocking calls; see {@link SwitchPoint#onCancel}.
 */
@FunctionalInterface
public interface Cancellation {

  /**
   * Makes the call end soon, with a failure. Called at most once, by a separate greenlet on the
   * shared lane, which is shielded from kills. It may wait, but not for the greenlet that makes the
   * call.
   *
   * @throws Exception if the cancellation fails; it is reported as the failure of any greenlet is,
   *     and the call continues
   */
  void cancel() throws Exception;
}
