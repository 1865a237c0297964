package dev.greenlet.scope;

import dev.greenlet.engine.EngineChoice;
import dev.greenlet.testing.WaitContract;
import dev.greenlet.testing.WaitPlace;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of waits, for the places of a pool. */
@ParameterizedClass(name = "on {0}")
@EnumSource(EngineChoice.class)
class PoolPlacesTests extends WaitContract {
  PoolPlacesTests(EngineChoice engine) {
    super(engine, PoolPlacesTests::place);
  }

  private static WaitPlace place() {
    PoolPermits slots = new PoolPermits(1);
    slots.tryReserve();
    return new WaitPlace(slots.queue, slots::reserve, slots::giveBack);
  }
}
