package dev.greenlet.spring.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.Deadline;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Lane;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.libraries.Subject.Use;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.Condition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Greenlets that use a library are cut at any moment, by a kill or by a limit. Afterwards the
 * library works as before, and has lost nothing.
 */
@Timeout(600)
abstract class LibrariesTorture {
  private static final long SEED = 42;
  private static final int AT_ONCE = 4;
  private static final long LONGEST_NANOS = Duration.ofMillis(12).toNanos();
  private static final Duration NEVER_A_HANG = Duration.ofSeconds(30);

  /** The outcome is decided by what was delivered, whatever the library has made of it. */
  private static final Condition<@Nullable Outcome<?>> AN_END =
      new Condition<>(LibrariesTorture::isAnEnd, "returned, killed or timed out");

  private final int cuts;

  LibrariesTorture(int cuts) {
    this.cuts = cuts;
  }

  static List<String> libraries() {
    return Subjects.names();
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void worksOnOnTheNativeEngine(String library) throws Exception {
    torture(library, EngineChoice.NATIVE);
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void worksOnOnThePortableEngine(String library) throws Exception {
    torture(library, EngineChoice.PORTABLE);
  }

  private void torture(String library, EngineChoice engine) throws Exception {
    Random random = new Random(SEED);
    try (GreenletRuntime runtime = GreenletRuntime.builder().engine(engine).hubs(1).build();
        Subjects subjects = new Subjects()) {
      Lane lane = lane(runtime, engine);
      Subject subject = subjects.make(library);
      try {
        works(lane, subject, runtime);
        for (int cut = 0; cut < cuts; cut += AT_ONCE) {
          List<GreenletTask<?>> victims = new ArrayList<>();
          for (int i = 0; i < AT_ONCE; i++) {
            victims.add(cutOne(lane, subject, runtime, random));
          }
          for (GreenletTask<?> victim : victims) {
            assertThat(victim.join(NEVER_A_HANG)).as("end of a use of %s", subject).is(AN_END);
          }
          works(lane, subject, runtime);
        }
      } finally {
        subject.close().make();
      }
    }
  }

  private static boolean isAnEnd(@Nullable Outcome<?> end) {
    return switch (end) {
      case Outcome.Returned<?> _, Outcome.Killed<?> _ -> true;
      case Outcome.Failed<?> failed -> failed.cause() instanceof TimeoutException;
      case null -> false;
    };
  }

  /** On the portable engine a lock that is held across a switch point keeps a hub for a second. */
  private static Lane lane(GreenletRuntime runtime, EngineChoice engine) {
    return engine == EngineChoice.NATIVE ? runtime.hubs().getFirst() : runtime.sharedLane();
  }

  private static GreenletTask<?> cutOne(
      Lane lane, Subject subject, GreenletRuntime runtime, Random random) {
    Duration after = Duration.ofNanos(random.nextLong(LONGEST_NANOS));
    if (random.nextBoolean()) {
      return spawn(lane, runtime, () -> within(after, subject.use()));
    }
    GreenletTask<?> victim = spawn(lane, runtime, subject.use());
    runtime.spawnAfter(
        after, SpawnOptions.named("killer").on(runtime.sharedLane()), () -> victim.kill("cut"));
    return victim;
  }

  private static void within(Duration limit, Use use) throws Exception {
    Deadline.<@Nullable Void, Exception>within(
        limit,
        () -> {
          use.make();
          return null;
        },
        null);
  }

  private static void works(Lane lane, Subject subject, GreenletRuntime runtime) throws Exception {
    Outcome<?> how = spawn(lane, runtime, subject.use()).join(NEVER_A_HANG);
    assertThat(how).as("use of %s after cuts", subject).isInstanceOf(Outcome.Returned.class);
    subject.invariant().make();
  }

  private static GreenletTask<?> spawn(Lane lane, GreenletRuntime runtime, Use use) {
    return runtime.<@Nullable Void>spawn(
        SpawnOptions.defaults().on(lane),
        () -> {
          use.make();
          return null;
        });
  }
}
