package dev.greenlet.scope;

import dev.greenlet.EngineChoice;
import dev.greenlet.testing.WaitContract;
import dev.greenlet.testing.WaitPlace;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of waits, for the places of a pool. */
@ParameterizedClass(name = "on {0}")
@EnumSource(EngineChoice.class)
class PoolPlacesTest extends WaitContract {
  PoolPlacesTest(EngineChoice engine) {
    super(engine, PoolPlacesTest::place);
  }

  private static WaitPlace place() {
    Slots slots = new Slots(1);
    slots.tryReserve();
    return new WaitPlace(slots.queue, slots::reserve, slots::giveBack);
  }
}
