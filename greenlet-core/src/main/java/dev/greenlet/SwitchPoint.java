package dev.greenlet;

import org.jspecify.annotations.Nullable;

/**
 * A place where a greenlet gives up its lane for a blocking call, and says what it waits for:
 *
 * <pre>{@code
 * try (SwitchPoint _ = SwitchPoint.enter(new WaitReason("http", "GET supplier"))) {
 *   return connection.getInputStream();
 * }
 * }</pre>
 *
 * <p>Between entering and closing, other greenlets of the hub run. The call may only wait: on the
 * portable engine it runs beside them and must touch nothing that belongs to the hub. Switch points
 * nest; only the outermost gives up the lane. Off a greenlet they do nothing.
 *
 * <p>A kill is delivered on entering, before anything has happened, and never on leaving, when a
 * result would be lost.
 *
 * <p>Not thread-safe: entered and closed by the same greenlet, in order.
 */
public final class SwitchPoint implements AutoCloseable {
  private static final SwitchPoint NOWHERE = new SwitchPoint(null, null, null);

  private final @Nullable DefaultGreenletTask<?> greenlet;
  private final @Nullable WaitReason reason;
  private final @Nullable WaitReason outerReason;

  private SwitchPoint(
      @Nullable DefaultGreenletTask<?> greenlet,
      @Nullable WaitReason reason,
      @Nullable WaitReason outerReason) {
    this.greenlet = greenlet;
    this.reason = reason;
    this.outerReason = outerReason;
  }

  /**
   * Gives up the lane.
   *
   * @param reason what the call waits for
   * @return the switch point, to be closed after the call
   * @throws GreenletExit if the greenlet is killed; nothing was given up then
   */
  public static SwitchPoint enter(WaitReason reason) {
    DefaultGreenletTask<?> greenlet = CurrentGreenlet.get();
    if (greenlet == null) {
      return NOWHERE;
    }
    greenlet.switcher().exitIfKilled();
    return begin(greenlet, reason);
  }

  /**
   * Gives up the lane for a call that cleans up, and must be made even by a greenlet that is
   * killed.
   *
   * @param reason what the call waits for
   * @return the switch point, to be closed after the call
   */
  public static SwitchPoint enterToCleanUp(WaitReason reason) {
    DefaultGreenletTask<?> greenlet = CurrentGreenlet.get();
    return greenlet == null ? NOWHERE : begin(greenlet, reason);
  }

  private static SwitchPoint begin(DefaultGreenletTask<?> greenlet, WaitReason reason) {
    SwitchPoint entered = new SwitchPoint(greenlet, reason, greenlet.waitingOn());
    greenlet.switcher().beginBlocking(reason);
    return entered;
  }

  /**
   * Makes a call at a switch point.
   *
   * @param reason what the call waits for
   * @param call the call
   * @param <T> what it returns
   * @param <X> what it throws
   * @return its result
   * @throws X if it fails
   * @throws GreenletExit if the greenlet is killed; the call was not made then
   */
  public static <T extends @Nullable Object, X extends Throwable> T call(
      WaitReason reason, BlockingCall<T, X> call) throws X {
    SwitchPoint wait = enter(reason);
    try {
      return call.call();
    } finally {
      wait.close();
    }
  }

  /**
   * Says more precisely what the call waits for, once that is known.
   *
   * @param detail the better detail
   */
  public void refine(String detail) {
    if (greenlet != null && reason != null) {
      greenlet.switcher().describeWait(new WaitReason(reason.kind(), detail));
    }
  }

  /** Takes the lane back. */
  @Override
  public void close() {
    if (greenlet != null) {
      greenlet.switcher().endBlocking(outerReason);
    }
  }
}
