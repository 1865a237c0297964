package dev.greenlet.spring.web.turn;

import dev.greenlet.Deadline;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.web.turn.KeyedMutex.Turn;
import dev.greenlet.testing.WaitContract;
import dev.greenlet.testing.WaitPlace;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of waits, for requests that wait for the turn of their key. */
@ParameterizedClass(name = "on the {0} engine")
@EnumSource(names = {"NATIVE", "PORTABLE"})
class TurnWaitTests extends WaitContract {
  private static final String KEY = "key";

  TurnWaitTests(EngineChoice engine) {
    super(GreenletRuntime.builder().engine(engine), TurnWaitTests::place);
  }

  private static WaitPlace place() {
    KeyedMutex turns = new KeyedMutex(9);
    Queue<Turn> held = new ConcurrentLinkedQueue<>();
    try {
      held.add(turns.acquire(KEY, KEY));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return new WaitPlace(
        Objects.requireNonNull(turns.queue(KEY)),
        timeout -> {
          if (timeout == null) {
            return held.add(turns.acquire(KEY, KEY));
          }
          try {
            return Deadline.within(timeout, () -> held.add(turns.acquire(KEY, KEY)));
          } catch (TimeoutException late) {
            return false;
          }
        },
        () -> {
          Turn turn = held.poll();
          if (turn != null) {
            turn.close();
          }
        });
  }
}
