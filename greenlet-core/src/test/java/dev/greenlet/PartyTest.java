package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.testing.EngineFixture;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Whose work a greenlet may wait for. */
@EveryEngine
class PartyTest extends EngineFixture {
  PartyTest(EngineChoice engine) {
    super(engine);
  }

  @Test
  void aChildIsOfTheTreeOfItsParent() throws Exception {
    script(
        () -> {
          List<Object> parents = Party.current().trees();
          List<Object> ofChild = Greenlets.spawn(() -> Party.current().trees()).get();

          assertThat(parents).hasSize(1);
          assertThat(ofChild).isEqualTo(parents);
        });
  }

  @Test
  void aRootIsBelowTheGreenletThatStartedItAsLongAsThatLives() throws Exception {
    CountDownLatch starterHasEnded = new CountDownLatch(1);
    GreenletTask<GreenletTask<List<List<Object>>>> starter =
        runtime.spawn(
            SpawnOptions.defaults(),
            () -> {
              List<Object> above = Party.current().trees();
              return runtime.spawnRoot(
                  SpawnOptions.defaults(),
                  () -> {
                    List<Object> before = Party.current().trees();
                    starterHasEnded.await();
                    return List.of(above, before, Party.current().trees());
                  });
            });
    GreenletTask<List<List<Object>>> root = starter.get();
    starter.join();
    starterHasEnded.countDown();

    List<List<Object>> seen = root.get();
    List<Object> own = seen.get(2);
    assertThat(own).hasSize(1).doesNotContainAnyElementsOf(seen.get(0));
    assertThat(seen.get(1).getFirst()).isSameAs(own.getFirst());
  }

  @Test
  void aRootKnowsTheTreeThatItsStarterWaitsIn() throws Exception {
    script(
        () -> {
          List<Object> above = Party.current().trees();
          List<Object> below =
              runtime.spawnRoot(SpawnOptions.defaults(), () -> Party.current().trees()).get();

          assertThat(below).hasSize(2);
          assertThat(below.getLast()).isSameAs(above.getFirst());
        });
  }

  @Test
  void aThreadIsATreeOfItsOwn() {
    assertThat(Party.current().trees()).containsExactly(Thread.currentThread());
  }
}
