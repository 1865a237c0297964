package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.testing.EngineFixture;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Whose work a greenlet may wait for. */
@EachEngine
class StrandTests extends EngineFixture {
  StrandTests(TestEngine engine) {
    super(engine.builder());
  }

  @Test
  void aChildIsOfTheTreeOfItsParent() throws Exception {
    script(
        () -> {
          List<Object> parents = Strand.current().trees();
          List<Object> ofChild = Greenlets.spawn(() -> Strand.current().trees()).get();

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
              List<Object> above = Strand.current().trees();
              return runtime.spawnRoot(
                  SpawnOptions.defaults(),
                  () -> {
                    List<Object> before = Strand.current().trees();
                    starterHasEnded.await();
                    return List.of(above, before, Strand.current().trees());
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
          List<Object> above = Strand.current().trees();
          List<Object> below =
              runtime.spawnRoot(SpawnOptions.defaults(), () -> Strand.current().trees()).get();

          assertThat(below).hasSize(2);
          assertThat(below.getLast()).isSameAs(above.getFirst());
        });
  }

  @Test
  void aThreadIsATreeOfItsOwn() {
    assertThat(Strand.current().trees()).containsExactly(Thread.currentThread());
  }
}
