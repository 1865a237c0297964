package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.Greenlets;
import dev.greenlet.raw.RawHost.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/** Random programs in several trees at once, each of which runs one greenlet at a time. */
@EnumSource(RawHost.class)
class RawExclusivityTests extends RawContract {
  private static final int TREES = 8;
  private static final int GREENLETS = 10;
  private static final int STEPS = 2_000;

  /** One tree: its fields are plain, and confined to the greenlet that has control. */
  private static final class Program {
    private final long seed;
    private final Random random;
    private final List<RawGreenlet> greenlets = new ArrayList<>();
    private int expectedToken;
    private int steps;
    private boolean inside;

    Program(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    void run() {
      RawGreenlet main = RawGreenlet.current();
      for (int i = 0; i < GREENLETS; i++) {
        greenlets.add(
            new RawGreenlet(
                value -> {
                  Object token = value;
                  while (true) {
                    token = step(token);
                  }
                }));
      }
      greenlets.add(main);
      @Nullable Object token = 0;
      while (steps < STEPS) {
        token = step(token);
      }
    }

    /** Checks the token that arrived with control, and sends the next one to any greenlet. */
    private @Nullable Object step(@Nullable Object token) {
      assertThat(inside).as("another greenlet of the tree runs, seed %d", seed).isFalse();
      inside = true;
      assertThat(token).as("token, seed %d", seed).isEqualTo(expectedToken);
      steps++;
      if (random.nextInt(4) == 0) {
        Greenlets.yieldNow();
      }
      expectedToken = random.nextInt(1_000);
      RawGreenlet next =
          steps < STEPS ? greenlets.get(random.nextInt(greenlets.size())) : greenlets.getLast();
      int sent = expectedToken;
      inside = false;
      return next.switchTo(sent);
    }
  }

  @Test
  void oneGreenletOfEachTreeRunsAtATimeAndNoValueIsLost() throws Throwable {
    List<Program> programs = new ArrayList<>();
    List<Owner> owners = new ArrayList<>();
    for (int i = 0; i < TREES; i++) {
      Program program = new Program(i);
      programs.add(program);
      owners.add(startOwner(program::run));
    }
    for (Owner owner : owners) {
      owner.join();
    }

    assertThat(programs).allMatch(program -> program.steps >= STEPS);
  }
}
