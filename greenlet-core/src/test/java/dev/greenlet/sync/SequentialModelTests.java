package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random programs, one step after the other, whose every result is predicted by a {@link
 * SequentialModel}: the callers that continue at each step, their results, and the waiters.
 */
@EachEngine
class SequentialModelTests extends SyncContract {
  private static final int PROGRAMS = 200;
  private static final int STEPS = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  SequentialModelTests(TestEngine engine) {
    super(engine);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("random programs do exactly what the sequential model foretells")
  void doesWhatTheModelForetells(Subject.Kind kind) {
    for (long seed = 1; seed <= PROGRAMS; seed++) {
      try {
        new Program(kind, seed).run();
      } catch (AssertionError | Exception failure) {
        throw new AssertionError(
            "%s: the program of seed %d failed".formatted(kind, seed), failure);
      }
    }
  }

  private final class Program {
    private final SplittableRandom random;
    private final Subject subject;
    private final SequentialModel model;
    private final Map<Integer, GreenletTask<String>> running = new HashMap<>();
    private final List<String> history = new ArrayList<>();
    private int lastActor;

    Program(Subject.Kind kind, long seed) {
      this.random = new SplittableRandom(seed);
      int capacity = kind.leastCapacity() + random.nextInt(3);
      this.subject = kind.create(capacity);
      this.model = new SequentialModel(kind.order(), capacity);
    }

    void run() throws Exception {
      for (int step = 0; step < STEPS; step++) {
        step();
        compare();
      }
      history.add("close");
      model.close();
      subject.close();
      for (int actor : List.copyOf(model.waiting())) {
        model.leave(actor, "killed");
        actor(actor).kill("the end");
      }
      compare();
      assertThat(running).isEmpty();
    }

    private void step() throws Exception {
      int dice = random.nextInt(100);
      if (dice < 40) {
        int actor = ++lastActor;
        boolean patient = random.nextInt(3) > 0;
        history.add("%d puts%s".formatted(actor, patient ? "" : " at once"));
        model.put(actor, actor, patient);
        spawn(actor, () -> subject.put(actor, patient ? HOUR : Duration.ZERO));
      } else if (dice < 80) {
        int actor = ++lastActor;
        boolean patient = random.nextInt(3) > 0;
        history.add("%d takes%s".formatted(actor, patient ? "" : " at once"));
        model.take(actor, patient);
        spawn(actor, () -> subject.take(patient ? HOUR : Duration.ZERO));
      } else if (dice < 98) {
        List<Integer> waiting = List.copyOf(model.waiting());
        if (!waiting.isEmpty()) {
          int victim = waiting.get(random.nextInt(waiting.size()));
          history.add("%d is killed".formatted(victim));
          model.leave(victim, "killed");
          actor(victim).kill("by the program");
        }
      } else {
        history.add("close");
        model.close();
        subject.close();
      }
    }

    private GreenletTask<String> actor(int number) {
      return Objects.requireNonNull(running.get(number));
    }

    private void spawn(int actor, Callable<String> body) {
      running.put(
          actor, random.nextBoolean() ? onHub("a" + actor, body) : onOtherHub("a" + actor, body));
    }

    /** Awaits the callers that the model has released, then finds all others queued. */
    private void compare() throws Exception {
      for (Map.Entry<Integer, String> predicted : model.takeResults().entrySet()) {
        GreenletTask<String> actor = actor(predicted.getKey());
        running.remove(predicted.getKey());
        Outcome<String> how = actor.join(PATIENCE);
        assertThat(how).as("%s must end, as %s", actor, history).isNotNull();
        String what =
            switch (how) {
              case Outcome.Returned<String>(String value) -> value;
              case Outcome.Killed<String> _ -> "killed";
              case Outcome.Failed<String>(Throwable failure) -> failure.toString();
            };
        assertThat(what).as("%s, as %s", actor, history).isEqualTo(predicted.getValue());
      }
      List<String> predicted = model.waiting().stream().map(actor -> "a" + actor).toList();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!waiting().equals(predicted) && System.nanoTime() < deadline) {
        Thread.yield();
      }
      assertThat(waiting()).as("the waiters after %s", history).isEqualTo(predicted);
    }

    private List<String> waiting() {
      return subject.awaitable().waiters().stream()
          .map(strand -> strand.greenlet() == null ? "a stranger" : strand.greenlet().name())
          .toList();
    }
  }
}
