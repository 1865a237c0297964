package dev.greenlet.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.Party;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** All borrowers of a pool wait for another connection, or some of them run. */
class BorrowersTests {
  private static final int MAXIMUM = 3;
  private final Party first = new Party(new Thread(), null);
  private final Party second = new Party(new Thread(), null);

  @Test
  void reportOnceThatAllWait() {
    Borrowers borrowers = new Borrowers();
    borrowers.add(first);
    borrowers.add(first);
    borrowers.add(second);

    assertThat(borrowers.waitAgain(first, MAXIMUM)).isFalse();
    assertThat(borrowers.waitAgain(second, MAXIMUM)).isTrue();
    assertThat(borrowers.waitAgain(second, MAXIMUM)).isFalse();
  }

  @Test
  void doNotTakeABorrowerThatGotAnotherConnectionForOneThatWaits() throws Exception {
    CyclicBarrier together = new CyclicBarrier(2);
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      for (int round = 0; round < 20_000; round++) {
        Borrowers borrowers = new Borrowers();
        borrowers.add(first);
        borrowers.add(second);
        Future<?> gotAnother =
            other.submit(
                () -> {
                  together.await();
                  borrowers.waitAgain(first, MAXIMUM);
                  borrowers.haveWaited(first);
                  borrowers.add(first);
                  return null;
                });
        together.await();
        assertThat(borrowers.waitAgain(second, MAXIMUM)).isFalse();
        gotAnother.get();
      }
    }
  }
}
