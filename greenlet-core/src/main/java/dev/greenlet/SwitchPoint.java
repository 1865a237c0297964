package dev.greenlet;

import java.util.Objects;
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
 * <p>A kill is thrown on entering, before anything has happened, and again each time that another
 * switch point is entered. It is never thrown on leaving, when a result would be lost. In between
 * it finds the greenlet in its call, which can be cut short if the caller says {@linkplain
 * #onCancel how}:
 *
 * <pre>{@code
 * try (SwitchPoint point = SwitchPoint.enter(new WaitReason("jdbc", "select ?"))) {
 *   point.onCancel(statement::cancel);
 *   try {
 *     return statement.executeQuery();
 *   } catch (SQLException failure) {
 *     point.failed(failure); // throws the exit if that is why
 *     throw failure;
 *   }
 * }
 * }</pre>
 *
 * <p>Not thread-safe: entered and closed by the same greenlet, in order.
 */
public final class SwitchPoint implements AutoCloseable {
  private static final SwitchPoint NOWHERE = new SwitchPoint(null, null, null, false);

  private final @Nullable DefaultGreenletTask<?> greenlet;
  private final @Nullable WaitReason reason;
  private final @Nullable WaitReason outerReason;
  private final boolean cleansUp;
  private @Nullable CancellableCall call;

  private SwitchPoint(
      @Nullable DefaultGreenletTask<?> greenlet,
      @Nullable WaitReason reason,
      @Nullable WaitReason outerReason,
      boolean cleansUp) {
    this.greenlet = greenlet;
    this.reason = reason;
    this.outerReason = outerReason;
    this.cleansUp = cleansUp;
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
    greenlet.suspender().exitIfKilled();
    return begin(greenlet, reason, false);
  }

  /**
   * Gives up the lane for a call that cleans up, and must be made even by a greenlet that is
   * killed. It is never cut short, and neither is a call that it is part of, until it is closed.
   * Nothing is thrown until then at any switch point inside, but by {@link #failed}.
   *
   * @param reason what the call waits for
   * @return the switch point, to be closed after the call
   */
  public static SwitchPoint enterUncancellable(WaitReason reason) {
    DefaultGreenletTask<?> greenlet = CurrentGreenlet.get();
    if (greenlet == null) {
      return NOWHERE;
    }
    SwitchPoint entered = begin(greenlet, reason, true);
    entered.call = greenlet.suspender().beginCleanUp();
    return entered;
  }

  /**
   * Gives up the lane for a call that goes on with something begun, which nobody may leave without
   * a word: half of a message might pass for the whole. So nothing is delivered on entering. A kill
   * or the end of a deadline, be it pending or to come, still cuts the call short {@linkplain
   * #onCancel if it can be}, and is thrown by {@link #failed}.
   *
   * @param reason what the call waits for
   * @return the switch point, to be closed after the call
   */
  public static SwitchPoint enterMidExchange(WaitReason reason) {
    DefaultGreenletTask<?> greenlet = CurrentGreenlet.get();
    return greenlet == null ? NOWHERE : begin(greenlet, reason, false);
  }

  private static SwitchPoint begin(
      DefaultGreenletTask<?> greenlet, WaitReason reason, boolean cleansUp) {
    SwitchPoint entered = new SwitchPoint(greenlet, reason, greenlet.waitingOn(), cleansUp);
    greenlet.suspender().beginBlocking(reason);
    return entered;
  }

  /**
   * Says how the call can be cut short. If the greenlet is killed or one of its deadlines ends
   * before the switch point is closed, the action runs, once, as a greenlet of its own on the
   * shared lane; if that is pending already, at once. {@link #close()} waits until it is over, so
   * that it cannot hit a later call on the same resource. The result of a call that was quicker
   * counts; after one that failed, call {@link #failed}.
   *
   * <p>The action may come before the call has got anywhere. One that has no effect then must see
   * to it itself, and end when the call has ended. It is shielded from kills.
   *
   * <p>Of nested switch points with an action only that of the innermost runs; a greenlet wait
   * inside is left by the exit as everywhere, and the action runs all the same. Inside {@link
   * Greenlets#shielded} none runs before that is over. The action of a switch point that was
   * entered to clean up never does. Off a greenlet this does nothing.
   *
   * @param action what cuts the call short
   * @throws IllegalStateException if there is an action already
   */
  public void onCancel(Cancellation action) {
    Objects.requireNonNull(action, "'action' must not be null");
    if (greenlet == null || reason == null || cleansUp) {
      return;
    }
    if (call != null) {
      throw new IllegalStateException(
          "The switch point '%s' of %s has an action already: register one"
              .formatted(reason, greenlet));
    }
    call = greenlet.suspender().openCall(reason, action);
  }

  /**
   * Notes that the call has failed. If the greenlet was killed or a deadline has ended, that is
   * why, or comes first: the exit is thrown in place of the failure, which is suppressed in it.
   * Else, and if the failure is an exit, this does nothing, and the failure is the caller's to
   * throw. Called before {@link #close()}.
   *
   * @param failure what the call threw
   * @throws GreenletExit if the greenlet is killed
   * @throws DeadlineExit if a deadline is over
   */
  public void failed(Throwable failure) {
    if (greenlet != null && !cleansUp) {
      greenlet.suspender().exitInsteadOf(failure);
    }
  }

  /**
   * Whether the greenlet is on its way out: a kill was thrown into it, or the end of a deadline
   * that has not reached its owner yet. Whoever closes something then should not wait to leave it
   * in good order.
   *
   * @return whether it is; {@code false} off a greenlet and inside of {@link Greenlets#shielded}
   */
  public boolean isUnwinding() {
    return greenlet != null && greenlet.suspender().isUnwinding();
  }

  /**
   * Returns whether the caller is inside of a switch point that declares what a kill, or the end of
   * a deadline, does to its call: one that has an {@linkplain #onCancel action}, or cleans up. What
   * waits in the call, such as a socket, leaves it to that, and is not ended by itself.
   *
   * @return whether it is; {@code false} off a greenlet
   */
  public static boolean isCancellationDeclared() {
    DefaultGreenletTask<?> greenlet = CurrentGreenlet.get();
    return greenlet != null && greenlet.suspender().isCancellationDeclared();
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
   * Makes a call at a switch point that can be cut short.
   *
   * @param reason what the call waits for
   * @param action what cuts the call short; see {@link #onCancel}
   * @param call the call
   * @param <T> what it returns
   * @param <X> what it throws
   * @return its result
   * @throws X if it fails
   * @throws GreenletExit if the greenlet is killed and the call was not made or failed
   */
  public static <T extends @Nullable Object, X extends Throwable> T call(
      WaitReason reason, Cancellation action, BlockingCall<T, X> call) throws X {
    SwitchPoint wait = enter(reason);
    try {
      wait.onCancel(action);
      return call.call();
    } catch (Throwable failure) {
      wait.failed(failure);
      throw failure;
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
      greenlet.suspender().describeWait(new WaitReason(reason.kind(), detail));
    }
  }

  /**
   * Takes the lane back, once nobody cuts the call short any more. Waits for that whatever comes
   * meanwhile.
   */
  @Override
  public void close() {
    if (greenlet != null) {
      if (cleansUp) {
        greenlet.suspender().endCleanUp(call);
      } else if (call != null) {
        greenlet.suspender().closeCall(call);
      }
      greenlet.suspender().endBlocking(outerReason);
    }
  }
}
