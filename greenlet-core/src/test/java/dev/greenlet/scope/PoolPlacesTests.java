package dev.greenlet.scope;

import dev.greenlet.TestEngine;
import dev.greenlet.testing.WaitContract;
import dev.greenlet.testing.WaitPlace;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of waits, for the places of a pool. */
@ParameterizedClass(name = "on {0}")
@EnumSource(TestEngine.class)
class PoolPlacesTests extends WaitContract {
  PoolPlacesTests(TestEngine engine) {
    super(engine.builder(), PoolPlacesTests::place);
  }

  private static WaitPlace place() {
    PoolPermits slots = new PoolPermits(1);
    slots.tryReserve();
    return new WaitPlace(slots.queue, slots::reserve, slots::giveBack);
  }
}
