package dev.greenlet;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A section of code in which a greenlet gives up its lane for a blocking call, and states what it
 * waits for:
 *
 * <pre>{@code
 * try (SwitchPoint _ = SwitchPoint.enter(new WaitReason("http", "GET supplier"))) {
 *   return connection.getInputStream();
 * }
 * }</pre>
 *
 * <p>Between entering and closing, other greenlets of the hub run. The call must do nothing but
 * wait: on the portable engine it runs in parallel with them and must not touch anything that
 * belongs to the hub. Switch points nest; only the outermost gives up the lane. On a thread that is
 * not a greenlet they do nothing.
 *
 * <p>A kill is thrown on entering, before anything has happened, and again each time another switch
 * point is entered. It is never thrown on closing, where a result would be lost. A kill that
 * arrives in between finds the greenlet in its call, and cancels the call if the caller has defined
 * {@linkplain #onCancel how}:
 *
 * <pre>{@code
 * try (SwitchPoint point = SwitchPoint.enter(new WaitReason("jdbc", "select ?"))) {
 *   point.onCancel(statement::cancel);
 *   try {
 *     return statement.executeQuery();
 *   } catch (SQLException failure) {
 *     point.failed(failure); // throws the exit if that is the cause
 *     throw failure;
 *   }
 * }
 * }</pre>
 *
 * <p>A switch point itself does not respond to an interrupt and leaves the interrupt status as it
 * is; the call inside responds in its own way.
 *
 * <p>Not thread-safe. Confined to the greenlet that entered it, which closes its switch points in
 * reverse order.
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
   * Gives up the lane for a blocking call.
   *
   * @param reason what the call waits for
   * @return the switch point, to be closed after the call
   * @throws GreenletExit if the greenlet is killed; the switch point was not entered
   * @throws DeadlineExit if a deadline has expired; the switch point was not entered
   * @throws UnexpectedSwitchException inside {@link Greenlets#withoutSwitching}
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
   * Gives up the lane for a call that cleans up, and has to be made even by a greenlet that is
   * killed. Until this switch point is closed, neither the call nor a call that encloses it is
   * cancelled, and nothing is thrown at any switch point inside, except by {@link #failed}.
   *
   * @param reason what the call waits for
   * @return the switch point, to be closed after the call
   * @throws UnexpectedSwitchException inside {@link Greenlets#withoutSwitching}
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
   * Gives up the lane for a call that continues an exchange already begun. Such an exchange must
   * not end silently, because half of a message could be mistaken for the whole; so no kill and no
   * deadline is delivered on entering. A kill or an expired deadline, whether pending or yet to
   * come, still cancels the call {@linkplain #onCancel if it can be cancelled}, and is thrown by
   * {@link #failed}.
   *
   * @param reason what the call waits for
   * @return the switch point, to be closed after the call
   * @throws UnexpectedSwitchException inside {@link Greenlets#withoutSwitching}
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
   * Defines how the call is cancelled. If the greenlet is killed or one of its deadlines expires
   * before the switch point is closed, the action runs, once, in a greenlet of its own on the
   * shared lane; if a kill or an expired deadline is pending already, it runs at once. {@link
   * #close()} waits until the action has ended, so that it cannot hit a later call on the same
   * resource. If the call returns before it is cancelled, its result counts; after a call that
   * failed, call {@link #failed}.
   *
   * <p>The action may run before the call has reached a state in which it can be cancelled. An
   * action that has no effect then must repeat itself as needed, and end when the call has ended.
   * It is shielded from kills.
   *
   * <p>Of nested switch points with an action, only the action of the innermost runs. A greenlet
   * wait inside is ended by the exit as everywhere else, and the action runs all the same. Inside
   * {@link Greenlets#shielded} no action runs before the shield ends. The action of a switch point
   * that was entered to clean up never runs. On a thread that is not a greenlet this method does
   * nothing.
   *
   * @param action the action that cancels the call
   * @throws IllegalStateException if the switch point has an action already
   * @throws NullPointerException if {@code action} is {@code null}
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
   * Records that the call has failed. If the greenlet was killed or a deadline has expired, that is
   * the cause of the failure, or takes precedence over it: the exit is thrown in its place, with
   * the failure suppressed in it. Otherwise, and if the failure is itself an exit, this method does
   * nothing, and the caller throws the failure. To be called before {@link #close()}.
   *
   * @param failure what the call threw
   * @throws GreenletExit if the greenlet is killed
   * @throws DeadlineExit if a deadline has expired
   */
  public void failed(Throwable failure) {
    if (greenlet != null && !cleansUp) {
      greenlet.suspender().exitInsteadOf(failure);
    }
  }

  /**
   * Returns whether the greenlet is unwinding: a kill, or the exit of a deadline that has not
   * reached its owner yet, was thrown into it. Code that closes a resource should not wait then in
   * order to close it gracefully.
   *
   * @return {@code true} if it is unwinding; {@code false} on a thread that is not a greenlet and
   *     inside {@link Greenlets#shielded}
   */
  public boolean isUnwinding() {
    return greenlet != null && greenlet.suspender().isUnwinding();
  }

  /**
   * Returns whether the caller is inside a switch point that declares what a kill or an expired
   * deadline does to its call: one that has an {@linkplain #onCancel action}, or that was entered
   * to clean up. A wait inside that call, such as that of a socket, relies on the switch point and
   * is not ended by itself.
   *
   * @return {@code true} if it is; {@code false} on a thread that is not a greenlet
   */
  public static boolean isCancellationDeclared() {
    DefaultGreenletTask<?> greenlet = CurrentGreenlet.get();
    return greenlet != null && greenlet.suspender().isCancellationDeclared();
  }

  /**
   * Makes a blocking call at a switch point.
   *
   * @param reason what the call waits for
   * @param call the call
   * @param <T> the type of its result
   * @param <X> the type of its exception
   * @return the result of the call
   * @throws X if the call fails
   * @throws GreenletExit if the greenlet is killed; the call was not made
   * @throws DeadlineExit if a deadline has expired; the call was not made
   * @throws UnexpectedSwitchException inside {@link Greenlets#withoutSwitching}
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
   * Makes a blocking call, which can be cancelled, at a switch point.
   *
   * @param reason what the call waits for
   * @param action the action that cancels the call; see {@link #onCancel}
   * @param call the call
   * @param <T> the type of its result
   * @param <X> the type of its exception
   * @return the result of the call
   * @throws X if the call fails
   * @throws GreenletExit if the greenlet is killed and the call was not made or failed
   * @throws DeadlineExit if a deadline has expired and the call was not made or failed
   * @throws UnexpectedSwitchException inside {@link Greenlets#withoutSwitching}
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
   * Replaces the detail of the reason, once it is known more precisely what the call waits for. The
   * kind stays as it is.
   *
   * @param detail the new detail
   */
  public void refine(String detail) {
    if (greenlet != null && reason != null) {
      greenlet.suspender().describeWait(new WaitReason(reason.kind(), detail));
    }
  }

  /**
   * Takes the lane back, once no action to cancel the call runs any more. Neither a kill nor an
   * interrupt ends the wait for that; both stay pending.
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
