package dev.greenlet;

/**
 * Cuts a blocking call short that another greenlet is in, by the means of the one who is called: a
 * statement is cancelled, an exchange aborted, a socket closed. See {@link SwitchPoint#onCancel}.
 */
@FunctionalInterface
public interface Cancellation {

  /**
   * Makes the call end soon, with a failure. Called once at most, by a greenlet of its own on the
   * shared lane; it may wait, but not for the greenlet that is in the call.
   *
   * @throws Exception if that fails, which is reported as any greenlet's failure; the call goes on
   */
  void cancel() throws Exception;
}
