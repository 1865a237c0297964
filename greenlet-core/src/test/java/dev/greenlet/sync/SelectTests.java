package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

@EachEngine
class SelectTests extends SyncContract {
  private final Channel<Integer> in = Channel.rendezvous("in");
  private final Channel<String> out = Channel.buffered(1, "out");
  private final Select<String> select =
      Select.of(in.onReceive(value -> "received " + value), out.onSend("value", () -> "sent"));

  SelectTests(TestEngine engine) {
    super(engine);
  }

  @Test
  void makesTheFirstExchangeThatCanBeHadNow() throws Exception {
    assertThat(select.await()).isEqualTo("sent");
    GreenletTask<Sent> sender = onHub("sender", () -> in.send(7));
    awaitWaiters(in, 1);

    assertThat(select.await()).isEqualTo("received 7");

    assertThat(sender.get()).isEqualTo(Sent.ACCEPTED);
    assertThat(out.size()).isEqualTo(1);
  }

  @Test
  void waitsForWhateverComesFirst() throws Exception {
    out.send("full");
    GreenletTask<String> first = onHub("first", select::await);
    awaitWaiters(in, 1);
    awaitWaiters(out, 1);
    GreenletTask<String> second = onOtherHub("second", select::await);
    awaitWaiters(in, 2);

    assertThat(in.send(1)).isEqualTo(Sent.ACCEPTED);
    assertThat(first.get()).isEqualTo("received 1");
    assertThat(out.receive().orThrow()).isEqualTo("full");
    assertThat(second.get()).isEqualTo("sent");

    assertThat(out.receive().orThrow()).isEqualTo("value");
    assertThat(in.waiters()).isEmpty();
    assertThat(out.waiters()).isEmpty();
  }

  @Test
  void takesTheDefaultWhenThereIsNothing() throws Exception {
    out.send("full");

    assertThat(select.await(Duration.ZERO, () -> "nothing")).isEqualTo("nothing");
    assertThat(in.waiters()).isEmpty();
  }

  @Test
  void leavesAllLinesWhenItTimesOutOrIsKilled() throws Exception {
    out.send("full");
    GreenletTask<String> impatient = onHub("impatient", () -> select.await(SECOND, () -> "late"));
    awaitWaiters(in, 1);
    GreenletTask<String> victim = onHub("victim", select::await);
    awaitWaiters(in, 2);
    victim.kill("enough");
    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    time.advance(SECOND);

    assertThat(impatient.get()).isEqualTo("late");
    assertThat(in.waiters()).isEmpty();
    assertThat(out.waiters()).isEmpty();
    assertThat(in.send(1, Duration.ZERO)).isEqualTo(Sent.TIMED_OUT);
    assertThat(out.receive().orThrow()).isEqualTo("full");
    assertThat(out.size()).isZero();
  }

  @Test
  void twoSelectsMeetEachOther() throws Exception {
    Channel<Integer> other = Channel.rendezvous("other");
    GreenletTask<String> one =
        onHub(
            "one",
            () ->
                Select.<String>of(in.onReceive(v -> "in " + v), other.onSend(2, () -> "sent other"))
                    .await());
    awaitWaiters(in, 1);

    GreenletTask<String> two =
        onOtherHub(
            "two",
            () ->
                Select.<String>of(other.onReceive(v -> "other " + v), in.onSend(1, () -> "sent in"))
                    .await());

    assertThat(two.get()).isEqualTo("other 2");
    assertThat(one.get()).isEqualTo("sent other");
    assertThat(in.waiters()).isEmpty();
  }

  @Test
  void neverMeetsItself() throws Exception {
    GreenletTask<String> both =
        onHub(
            "both",
            () ->
                Select.<String>of(in.onSend(1, () -> "sent"), in.onReceive(v -> "got " + v))
                    .await());
    awaitWaiters(in, 2);

    assertThat(in.receive().orThrow()).isEqualTo(1);

    assertThat(both.get()).isEqualTo("sent");
    assertThat(in.waiters()).isEmpty();
  }

  @Test
  void saysThatAChannelIsClosed() throws Exception {
    in.close();
    assertThatThrownBy(select::await)
        .isInstanceOf(ChannelClosedException.class)
        .hasMessageContaining("channel 'in' is closed");
    assertThat(Select.<String>of(in.onReceive(v -> "value", () -> "closed")).await())
        .isEqualTo("closed");

    out.send("full");
    GreenletTask<String> sender =
        onHub(
            "sender",
            () -> Select.<String>of(out.onSend("x", () -> "sent", () -> "closed")).await());
    awaitWaiters(out, 1);
    out.close();
    assertThat(sender.get()).isEqualTo("closed");
  }

  @Test
  void needsAClause() {
    assertThatThrownBy(Select::<String>of)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'clauses' must be at least 1, was 0");
  }

  @Test
  void manySelectsOverTheSameChannelsMakeEachExchangeOnce() throws Exception {
    Channel<Integer> a = Channel.rendezvous("a");
    Channel<Integer> b = Channel.rendezvous("b");
    int rounds = 300;
    List<Future<Integer>> balance = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      // everybody gives one and takes one each round, in whatever order comes
      balance.add(onHub("here", () -> giveAndTake(a, b, rounds)));
      balance.add(onOtherHub("there", () -> giveAndTake(b, a, rounds)));
    }
    balance.add(inThread("plain-1", () -> giveAndTake(a, b, rounds)));
    balance.add(inThread("plain-2", () -> giveAndTake(b, a, rounds)));

    int sum = 0;
    for (Future<Integer> each : balance) {
      sum += each.get();
    }
    assertThat(sum).isZero();
    assertThat(a.waiters()).isEmpty();
    assertThat(b.waiters()).isEmpty();
  }

  /** Ends when its partners have given up; until then, what one gave another took. */
  private static int giveAndTake(Channel<Integer> first, Channel<Integer> second, int rounds)
      throws InterruptedException {
    Select<Integer> select =
        Select.of(
            first.onSend(1, () -> 1, () -> 0),
            second.onReceive(_ -> -1, () -> 0),
            second.onSend(1, () -> 1, () -> 0),
            first.onReceive(_ -> -1, () -> 0));
    int balance = 0;
    for (int i = 0; i < rounds; i++) {
      balance += select.await();
    }
    first.close();
    second.close();
    return balance;
  }
}
