package dev.greenlet.spring.jdbc;

import dev.greenlet.Cancellation;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Cancels a statement again and again until its call is over: a driver, and the database behind it,
 * forget a cancel that is quicker than the query it is meant for.
 */
final class StatementCancellation implements Cancellation {
  private static final WaitReason EFFECT =
      new WaitReason(WaitReason.JDBC, "the end of a cancelled statement");
  private static final long FIRST_PAUSE = Duration.ofMillis(20).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofSeconds(1).toNanos();

  private final Statement statement;
  private volatile boolean over;
  private volatile @Nullable Waiter canceller;

  StatementCancellation(Statement statement) {
    this.statement = statement;
  }

  @Override
  public void cancel() throws SQLException, InterruptedException {
    statement.cancel();
    for (long pause = FIRST_PAUSE; !over; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      Waiter waiter = Waiter.ofCurrent();
      canceller = waiter;
      if (!over) {
        waiter.await(EFFECT, pause);
      }
      if (!over && !PostgresQuery.cancel(statement)) {
        statement.cancel();
      }
    }
  }

  /** The call has returned or failed. Who made it; before its switch point is closed. */
  void over() {
    over = true;
    Waiter waiter = canceller;
    if (waiter != null) {
      waiter.wake();
    }
  }
}
