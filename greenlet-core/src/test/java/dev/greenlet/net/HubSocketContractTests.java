package dev.greenlet.net;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.SpawnOptions;
import dev.greenlet.SwitchPoint;
import dev.greenlet.TestEngine;
import dev.greenlet.WaitReason;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass(name = "{0}, {1}")
@MethodSource("enginesAndPlaces")
class HubSocketContractTests extends SocketContract {

  /** Where the calls are made. */
  enum Place {
    HUB,
    HUB_IN_A_SWITCH_POINT,
    SHARED_LANE,
    PLAIN_THREAD
  }

  private final Place place;
  private final GreenletRuntime runtime;

  HubSocketContractTests(TestEngine engine, Place place) {
    this.place = place;
    this.runtime = engine.builder().hubs(2).build();
  }

  static Stream<Arguments> enginesAndPlaces() {
    return Stream.of(TestEngine.NATIVE, TestEngine.PORTABLE, TestEngine.PLATFORM_THREADS)
        .flatMap(engine -> Stream.of(Place.values()).map(place -> Arguments.of(engine, place)))
        .filter(each -> each.get()[1] != Place.PLAIN_THREAD || each.get()[0] == TestEngine.NATIVE);
  }

  @AfterEach
  void closeRuntime() {
    runtime.close();
  }

  @Override
  Socket newSocket() throws IOException {
    return new HubSocketFactory().createSocket();
  }

  @Override
  <T extends @Nullable Object> Future<T> start(Callable<T> call) {
    SpawnOptions onHub = SpawnOptions.defaults().on(runtime.hubs().getFirst());
    return switch (place) {
      case HUB -> runtime.spawn(onHub, call);
      case HUB_IN_A_SWITCH_POINT ->
          runtime.spawn(
              onHub, () -> SwitchPoint.call(new WaitReason(WaitReason.JDBC, "test"), call::call));
      case SHARED_LANE -> runtime.spawn(SpawnOptions.defaults(), call);
      case PLAIN_THREAD -> {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofPlatform().daemon().start(task);
        yield task;
      }
    };
  }
}
