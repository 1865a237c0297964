package dev.greenlet.spring.web.admission;

import dev.greenlet.Deadline;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.web.admission.ConcurrencyLimit.Ending;
import dev.greenlet.testing.WaitContract;
import dev.greenlet.testing.WaitPlace;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of waits, for requests that are queued for admission. */
@ParameterizedClass(name = "on the {0} engine")
@EnumSource(names = {"NATIVE", "PORTABLE"})
class AdmissionWaitTests extends WaitContract {
  AdmissionWaitTests(EngineChoice engine) {
    super(GreenletRuntime.builder().engine(engine), AdmissionWaitTests::place);
  }

  private static WaitPlace place() {
    Admission admission =
        new Admission(ConcurrencyLimit.fixed(1), 9, Duration.ofDays(1), System::nanoTime);
    Queue<Permit> permits = new ConcurrentLinkedQueue<>();
    try {
      permits.add((Permit) admission.acquire());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return new WaitPlace(
        admission.queue(),
        timeout -> {
          if (timeout == null) {
            return permits.add((Permit) admission.acquire());
          }
          try {
            return Deadline.within(timeout, () -> permits.add((Permit) admission.acquire()));
          } catch (TimeoutException late) {
            return false;
          }
        },
        () -> {
          Permit permit = permits.poll();
          if (permit != null) {
            permit.release(Ending.SUCCESS);
          }
        });
  }
}
