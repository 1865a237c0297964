package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.Greenlets;
import dev.greenlet.raw.RawHost.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/** Several owners; each is a thread of its own, a task greenlet of a hub included. */
@EnumSource(RawHost.class)
class RawThreadTests extends RawContract {

  @Test
  @DisplayName("42 ten threads switch independently")
  void manyOwners() throws Throwable {
    AtomicInteger successes = new AtomicInteger();
    List<Owner> owners = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      owners.add(
          startOwner(
              () -> {
                List<Integer> seen = new ArrayList<>();
                RawGreenlet child =
                    new RawGreenlet(
                        value -> {
                          seen.add(1);
                          yieldToParent(null);
                          seen.add(3);
                          return null;
                        });
                seen.add(0);
                child.switchTo();
                seen.add(2);
                child.switchTo();
                seen.add(4);
                assertThat(seen).containsExactly(0, 1, 2, 3, 4);
                successes.incrementAndGet();
              }));
    }
    for (Owner owner : owners) {
      owner.join();
    }

    assertThat(successes).hasValue(10);
  }

  @Test
  @DisplayName("43 switching to a greenlet of another thread is refused, with both trees named")
  void switchToAnotherThread() throws Throwable {
    AtomicReference<@Nullable RawGreenlet> unstarted = new AtomicReference<>();
    AtomicReference<@Nullable RawGreenlet> suspended = new AtomicReference<>();
    Gate made = new Gate();
    Gate mayEnd = new Gate();
    Owner other =
        startOwner(
            () -> {
              unstarted.set(new RawGreenlet("theirs", value -> null, null));
              RawGreenlet started = new RawGreenlet(value -> yieldToParent("x"));
              started.switchTo();
              suspended.set(started);
              made.open();
              mayEnd.pass();
            });
    made.pass();

    assertThatThrownBy(() -> required(unstarted).switchTo())
        .isInstanceOf(CrossThreadSwitchException.class)
        .hasMessageContaining("'theirs'")
        .hasMessageContaining("Current:  tree of ")
        .hasMessageContaining("Expected: tree of ")
        .hasMessageContaining("Switch from within the expected tree");
    assertThatThrownBy(() -> required(suspended).switchTo())
        .isInstanceOf(CrossThreadSwitchException.class);
    assertThatThrownBy(() -> required(suspended).throwInto())
        .isInstanceOf(CrossThreadSwitchException.class);

    mayEnd.open();
    other.join();
  }

  private static RawGreenlet required(AtomicReference<@Nullable RawGreenlet> reference) {
    return java.util.Objects.requireNonNull(reference.get());
  }

  @Test
  @DisplayName("44 sixteen threads that hammer the greenlets of sixteen others are always refused")
  void hammeringForeignSwitches() throws Throwable {
    Queue<RawGreenlet> greenlets = new ConcurrentLinkedQueue<>();
    Gate mayEnd = new Gate();
    List<Owner> owners = new ArrayList<>();
    List<Gate> made = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Gate created = new Gate();
      made.add(created);
      owners.add(
          startOwner(
              () -> {
                RawGreenlet mine =
                    new RawGreenlet(
                        value -> {
                          while (true) {
                            yieldToParent(null);
                          }
                        });
                mine.switchTo();
                greenlets.add(mine);
                created.open();
                mayEnd.pass();
              }));
    }
    for (Gate created : made) {
      created.pass();
    }
    AtomicInteger refused = new AtomicInteger();
    List<Owner> suspenders = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      suspenders.add(
          startOwner(
              () -> {
                for (int round = 0; round < 50; round++) {
                  for (RawGreenlet greenlet : greenlets) {
                    assertThatThrownBy(greenlet::switchTo)
                        .isInstanceOf(CrossThreadSwitchException.class);
                    refused.incrementAndGet();
                  }
                }
              }));
    }
    for (Owner suspender : suspenders) {
      suspender.join();
    }
    mayEnd.open();
    for (Owner owner : owners) {
      owner.join();
    }

    assertThat(refused).hasValue(16 * 16 * 50);
  }

  @Test
  @DisplayName(
      "45 throwing into a greenlet of a thread that has ended is refused, and it has no stack")
  void throwToDeadThread() throws Throwable {
    AtomicReference<@Nullable RawGreenlet> left = new AtomicReference<>();
    startOwner(
            () -> {
              RawGreenlet suspended = new RawGreenlet(value -> yieldToParent(null));
              suspended.switchTo();
              left.set(suspended);
            })
        .join();
    awaitTrue(() -> required(left).isDead());

    assertThatThrownBy(() -> required(left).throwInto(new IllegalStateException()))
        .isInstanceOf(DeadThreadException.class)
        .hasMessageContaining("Cannot switch to a different thread (which happens to have ended)")
        .hasMessageContaining("Create a raw greenlet in the caller's tree");
    assertThat(required(left).stackTrace()).isEmpty();
  }

  @Test
  @DisplayName("46 greenlets of two threads may sleep at the same time")
  void sleepInTwoOwners() throws Throwable {
    AtomicReference<@Nullable Thread> sleeper = new AtomicReference<>();
    AtomicReference<@Nullable Object> longSleep = new AtomicReference<>();
    AtomicReference<@Nullable Object> shortSleep = new AtomicReference<>();
    Owner first =
        startOwner(
            () ->
                longSleep.set(
                    new RawGreenlet(
                            value -> {
                              sleeper.set(Thread.currentThread());
                              return sleep(Duration.ofHours(1));
                            })
                        .switchTo()));
    awaitTrue(() -> isWaiting(sleeper.get()));

    startOwner(
            () -> shortSleep.set(new RawGreenlet(value -> sleep(Duration.ofMillis(1))).switchTo()))
        .join();
    assertThat(shortSleep).hasValue("slept");
    assertThat(longSleep).hasNullValue();
    assertThat(isWaiting(sleeper.get())).isTrue();

    java.util.Objects.requireNonNull(sleeper.get()).interrupt();
    first.join();
    assertThat(longSleep).hasValue("interrupted");
  }

  private static String sleep(Duration duration) {
    try {
      Greenlets.sleep(duration);
      return "slept";
    } catch (InterruptedException interrupted) {
      return "interrupted";
    }
  }

  private static boolean isWaiting(@Nullable Thread thread) {
    return thread != null
        && (thread.getState() == Thread.State.WAITING
            || thread.getState() == Thread.State.TIMED_WAITING);
  }

  /** Has other threads, and other greenlets, run while it is made. */
  private static final class Elaborate extends RawGreenlet {
    Elaborate(RawHost.Stage stage) throws Throwable {
      super((RawGreenlet) null);
      new RawGreenlet(value -> null).switchTo();
      stage.start(() -> new RawGreenlet(value -> null).switchTo()).join();
    }
  }

  @Test
  @DisplayName("47 the parent is the creator, whatever else runs meanwhile")
  void implicitParentIsCreator() throws Throwable {
    RawGreenlet current = RawGreenlet.current();
    for (int i = 0; i < 5; i++) {
      assertThat(new Elaborate(stage()).parent()).isSameAs(current);
    }
  }
}
