package dev.greenlet.spring.jdbc;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The switch point of one JDBC call, with what a kill or the end of a deadline does to the call.
 * Confined to its greenlet.
 */
final class JdbcWait {
  private final @Nullable SwitchPoint shelter;
  private final SwitchPoint point;
  private final CallCancellation cancellation;

  private JdbcWait(
      @Nullable SwitchPoint shelter, SwitchPoint point, CallCancellation cancellation) {
    this.shelter = shelter;
    this.point = point;
    this.cancellation = cancellation;
  }

  /**
   * Gives up the lane.
   *
   * @throws dev.greenlet.GreenletExit if the greenlet is killed and the call does not clean up;
   *     nothing was given up then
   */
  static JdbcWait enter(JdbcCall call, CallTarget target, String detail, Duration patience) {
    WaitReason reason = new WaitReason(WaitReason.JDBC, detail);
    return switch (call) {
      case WAIT -> {
        SwitchPoint point = SwitchPoint.enter(reason);
        yield begin(null, point, new CallCancellation(target, false, patience, detail));
      }
      case CLEAN_UP -> {
        SwitchPoint shelter = SwitchPoint.enterToCleanUp(reason);
        SwitchPoint point = SwitchPoint.enterToGoOn(reason);
        yield begin(shelter, point, new CallCancellation(target, true, patience, detail));
      }
    };
  }

  private static JdbcWait begin(
      @Nullable SwitchPoint shelter, SwitchPoint point, CallCancellation cancellation) {
    point.onCancel(cancellation);
    if (shelter != null && point.isUnwinding()) {
      cancellation.begin(); // the exit was delivered, and does not come again
    }
    return new JdbcWait(shelter, point, cancellation);
  }

  /** Says more precisely what the call waits for. */
  void refine(String detail) {
    point.refine(detail);
    cancellation.refine(detail);
  }

  /** The call has returned or failed. Returns whether its connection was given up before. */
  boolean over() {
    cancellation.over();
    return cancellation.hasAborted();
  }

  /**
   * Takes the lane back, after {@link #over}.
   *
   * @param failure what the call threw; of one that cleans up, only if it was given up
   * @throws dev.greenlet.GreenletExit if the call failed and the greenlet is killed
   * @throws dev.greenlet.DeadlineExit if the call failed and a deadline is over
   */
  void end(@Nullable Throwable failure) {
    try {
      if (failure != null && (shelter == null || cancellation.hasAborted())) {
        point.failed(failure);
      }
    } finally {
      point.close();
      if (shelter != null) {
        shelter.close();
      }
    }
  }
}
