package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@EachEngine
class ChannelTests extends SyncContract {
  private final Channel<Integer> channel = Channel.rendezvous("meet");
  private final Channel<Integer> buffered = Channel.buffered(2, "two");

  ChannelTests(TestEngine engine) {
    super(engine);
  }

  @Test
  @DisplayName("2.2/46 sender and receiver meet: the exact order of events")
  void meet() throws Exception {
    GreenletTask<Void> sender =
        onHub(
            "sender",
            () -> {
              for (int i = 1; i <= 2; i++) {
                log.add("sending " + i);
                channel.send(i);
                log.add("sent " + i);
              }
              return null;
            });
    awaitWaiters(channel, 1);
    GreenletTask<Void> receiver =
        onHub(
            "receiver",
            () -> {
              for (int i = 1; i <= 2; i++) {
                log.add("received " + channel.receive().orThrow());
              }
              return null;
            });
    sender.join();
    receiver.join();

    assertThat(log)
        .containsExactly("sending 1", "received 1", "sent 1", "sending 2", "sent 2", "received 2");
  }

  @Test
  @DisplayName("2.2/46 a rendezvous holds nothing: a send of no time needs a receiver")
  void holdsNothing() throws Exception {
    assertThat(channel.send(1, Duration.ZERO)).isEqualTo(Sent.TIMED_OUT);
    GreenletTask<Received<Integer>> receiver = onHub("receiver", channel::receive);
    awaitWaiters(channel, 1);

    assertThat(channel.send(2, Duration.ZERO)).isEqualTo(Sent.ACCEPTED);

    assertThat(receiver.get()).isEqualTo(new Received.Value<>(2));
    assertThat(channel.receive(Duration.ZERO)).isEqualTo(new Received.TimedOut<>());
    assertThat(channel.size()).isZero();
  }

  @Test
  @DisplayName("2.2/46 a buffer takes as many as it holds, then the sender waits")
  void buffers() throws Exception {
    GreenletTask<Sent> third =
        onHub(
            "sender",
            () -> {
              buffered.send(1);
              buffered.send(2);
              log.add("two are in");
              return buffered.send(3);
            });
    awaitWaiters(buffered, 1);
    assertThat(log).containsExactly("two are in");
    assertThat(buffered.size()).isEqualTo(2);

    assertThat(buffered.receive().orThrow()).isEqualTo(1);

    assertThat(third.get()).isEqualTo(Sent.ACCEPTED);
    assertThat(buffered.receive().orThrow()).isEqualTo(2);
    assertThat(buffered.receive().orThrow()).isEqualTo(3);
  }

  @Test
  @DisplayName("2.2/43 a receiver that timed out or was killed takes nothing")
  void aReceiverThatGaveUpTakesNothing() throws Exception {
    GreenletTask<Received<Integer>> impatient = onHub("impatient", () -> channel.receive(SECOND));
    awaitWaiters(channel, 1);
    GreenletTask<Received<Integer>> victim = onHub("victim", channel::receive);
    awaitWaiters(channel, 2);
    GreenletTask<Received<Integer>> patient = onHub("patient", channel::receive);
    awaitWaiters(channel, 3);
    time.advance(SECOND);
    assertThat(impatient.get()).isInstanceOf(Received.TimedOut.class);
    victim.kill("enough");
    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);

    assertThat(channel.send(1, Duration.ZERO)).isEqualTo(Sent.ACCEPTED);

    assertThat(patient.get()).isEqualTo(new Received.Value<>(1));
  }

  @Test
  void sendersAndReceiversAreServedInOrder() throws Exception {
    List<GreenletTask<Sent>> senders = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      int value = i;
      senders.add(
          (i == 2
              ? onOtherHub("sender", () -> channel.send(value))
              : onHub("sender", () -> channel.send(value))));
      awaitWaiters(channel, i);
    }

    for (int i = 1; i <= 3; i++) {
      assertThat(channel.receive().orThrow()).isEqualTo(i);
      assertThat(senders.get(i - 1).get()).isEqualTo(Sent.ACCEPTED);
    }
  }

  @Test
  @DisplayName("2.2/47 a closed channel is drained, then says so")
  void closes() throws Exception {
    buffered.send(1);
    buffered.close();
    buffered.close();

    assertThat(buffered.send(2)).isEqualTo(Sent.CLOSED);
    assertThat(buffered.receive()).isEqualTo(new Received.Value<>(1));
    assertThat(buffered.receive()).isEqualTo(new Received.Closed<>());
    assertThatThrownBy(() -> buffered.receive().orThrow())
        .isInstanceOf(ChannelClosedException.class);
    assertThatThrownBy(() -> channel.receive(Duration.ZERO).orThrow())
        .isInstanceOf(NoSuchElementException.class);
    assertThat(buffered).hasToString("channel 'two' (closed)");
  }

  @Test
  @DisplayName("2.2/47 closing ends the waits of senders and receivers")
  void closeEndsPendingWaits() throws Exception {
    GreenletTask<Received<Integer>> receiver = onHub("receiver", channel::receive);
    awaitWaiters(channel, 1);
    channel.close();
    assertThat(receiver.get()).isEqualTo(new Received.Closed<>());

    buffered.send(1);
    buffered.send(2);
    GreenletTask<Sent> sender = onOtherHub("sender", () -> buffered.send(3));
    awaitWaiters(buffered, 1);
    buffered.close();
    assertThat(sender.get()).isEqualTo(Sent.CLOSED);
    assertThat(buffered).containsExactly(1, 2);
  }

  @Test
  void iteratesUntilClosed() throws Exception {
    GreenletTask<List<Integer>> consumer =
        onHub(
            "consumer",
            () -> {
              List<Integer> seen = new ArrayList<>();
              for (int value : channel) {
                seen.add(value);
              }
              return seen;
            });
    for (int i = 1; i <= 3; i++) {
      channel.send(i);
    }
    channel.close();

    assertThat(consumer.get()).containsExactly(1, 2, 3);
    Iterator<Integer> over = channel.iterator();
    assertThatThrownBy(over::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void anIterationThatIsInterruptedIsCancelledAndStaysInterrupted() throws Exception {
    GreenletTask<Boolean> consumer =
        onHub(
            "consumer",
            () -> {
              Thread.currentThread().interrupt();
              assertThatThrownBy(channel.iterator()::hasNext)
                  .isInstanceOf(CancellationException.class)
                  .hasMessage("The iteration over channel 'meet' was interrupted");
              return Thread.interrupted();
            });

    assertThat(consumer.get()).isTrue();
  }

  @Test
  void aThreadMeetsAGreenletAcrossHubs() throws Exception {
    Channel<Integer> back = Channel.rendezvous("back");
    GreenletTask<Integer> doubler =
        onHub(
            "doubler",
            () -> {
              int number = 0;
              for (int value : channel) {
                back.send(2 * value);
                number++;
              }
              return number;
            });
    GreenletTask<Integer> sum =
        onOtherHub(
            "sum",
            () -> {
              int total = 0;
              for (int value : back) {
                total += value;
              }
              return total;
            });

    for (int i = 1; i <= 500; i++) {
      assertThat(channel.send(i)).isEqualTo(Sent.ACCEPTED);
    }
    channel.close();
    assertThat(doubler.get()).isEqualTo(500);
    back.close();

    assertThat(sum.get()).isEqualTo(500 * 501);
  }

  @Test
  void aSendThatMeetsAReceiverIsNoSwitchPoint() throws Exception {
    onHub("receiver", channel::receive);
    awaitWaiters(channel, 1);

    GreenletTask<Long> switches =
        onHub(
            "sender",
            () -> {
              long before = Greenlets.current().switches();
              channel.send(1);
              return Greenlets.current().switches() - before;
            });

    assertThat(switches.get()).isZero();
  }

  @Test
  void refusesBadSizes() {
    assertThatThrownBy(() -> Channel.buffered(0, "none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'capacity' of channel 'none' must be at least 1, was 0: use Channel.rendezvous()"
                + " instead");
  }
}
