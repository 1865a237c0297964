package dev.greenlet.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

import dev.greenlet.Deadline;
import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.Registration;
import dev.greenlet.TestEngine;
import dev.greenlet.WaitHint;
import dev.greenlet.WaitReason;
import dev.greenlet.testing.EngineFixture;
import dev.greenlet.testing.ManualPublisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;

@EachEngine
class PublishersTests extends EngineFixture {
  private final ManualPublisher<String> publisher = new ManualPublisher<>();

  PublishersTests(TestEngine engine) {
    super(engine.builder());
  }

  // --- one value --------------------------------------------------------------------------------

  @Test
  void othersRunWhileOneWaitsForTheValueOfAPublisher() throws Exception {
    GreenletTask<@Nullable String> waiting = go(() -> Publishers.await(publisher));
    awaitParked(waiting);

    assertThat(go(() -> 42).get()).isEqualTo(42);
    assertThat(waiting.waitingOn()).isEqualTo(new WaitReason("reactor", "ManualPublisher"));
    publisher.publish("value");
    publisher.complete();

    assertThat(waiting.get()).isEqualTo("value");
    assertThat(waiting.lane()).isSameAs(hub);
    assertThat(publisher.cancels()).isZero();
  }

  @Test
  void aValueIsNotReturnedBeforeThePublisherHasCompleted() throws Exception {
    GreenletTask<@Nullable String> waiting = go(() -> Publishers.await(publisher));
    awaitParked(waiting);
    publisher.publish("value"); // what follows, a commit perhaps, must not be cancelled

    assertThat(waiting.join(Duration.ZERO)).isNull();
    publisher.complete();
    assertThat(waiting.get()).isEqualTo("value");
  }

  @Test
  void aPublisherThatCompletesEmptyHasNoValue() throws Exception {
    GreenletTask<@Nullable String> waiting = go(() -> Publishers.await(publisher));
    awaitParked(waiting);
    publisher.complete();

    assertThat(waiting.get()).isNull();
  }

  @Test
  void aFailureIsTheCauseOfWhatIsThrown() throws Exception {
    IllegalStateException failure = new IllegalStateException("no value");
    GreenletTask<@Nullable String> waiting = go(() -> Publishers.await(publisher));
    awaitParked(waiting);
    publisher.fail(failure);

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(waiting::get)
        .withCauseInstanceOf(ExecutionException.class)
        .withRootCauseInstanceOf(IllegalStateException.class)
        .havingRootCause()
        .isSameAs(failure);
  }

  @Test
  void aSecondValueIsRefusedWithTheRemedyAndCancelsTheSubscription() throws Exception {
    GreenletTask<@Nullable String> waiting = go(() -> Publishers.await(publisher));
    awaitParked(waiting);
    publisher.publish("one", "two");

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(waiting::get)
        .havingCause()
        .isInstanceOf(IllegalStateException.class)
        .withMessage("ManualPublisher published more than one value: use Publishers.each");
    assertThat(publisher.cancels()).isOne();
  }

  @Test
  void whatIsThereAtOnceIsReturnedWithoutAWait() throws Exception {
    script(
        () ->
            assertThat(
                    Greenlets.withoutSwitching(
                        () ->
                            Publishers.await(
                                (Publisher<String>)
                                    subscriber -> {
                                      ManualPublisher<String> ready = new ManualPublisher<>();
                                      ready.subscribe(subscriber);
                                      ready.complete();
                                    })))
                .isNull());
  }

  @Test
  void whoKnowsBetterSaysWhatThePublisherIsWaitedFor() throws Exception {
    WaitReason better = new WaitReason("http", "GET /price");
    GreenletTask<@Nullable String> waiting =
        go(
            () -> {
              assertThat(Greenlets.current().waitingOn()).isNull();
              WaitHint.of(better);
              assertThat(Greenlets.current().waitingOn()).as("does not wait").isNull();
              return Publishers.await(publisher);
            });
    awaitParked(waiting);
    assertThat(waiting.waitingOn()).isEqualTo(better);
    publisher.complete();
    waiting.join();
  }

  @Test
  void aBetterReasonIsShownUntilItIsTakenBackAndNotAtAPlaceThatHasOne() throws Exception {
    WaitReason better = new WaitReason("http", "GET /price");
    List<Registration> registrations = new ArrayList<>();
    GreenletTask<@Nullable String> waiting =
        go(
            () -> {
              registrations.add(WaitHint.of(better));
              Greenlets.sleep(Duration.ofSeconds(1));
              return Publishers.await(publisher);
            });
    awaitParked(waiting);
    assertThat(waiting.waitingOn()).hasToString("sleep");
    time.advance(Duration.ofSeconds(1));
    await().untilAsserted(() -> assertThat(waiting.waitingOn()).isEqualTo(better));
    registrations.forEach(Registration::close);
    assertThat(waiting.waitingOn()).hasToString("reactor ManualPublisher");
    publisher.complete();
    waiting.join();
    WaitHint.of(better).close(); // off a greenlet, nothing
  }

  @Test
  void aPlainThreadBlocks() throws Exception {
    CompletableFuture<@Nullable String> result = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    result.complete(Publishers.await(publisher));
                  } catch (Throwable failure) {
                    result.completeExceptionally(failure);
                  }
                });
    await().until(() -> thread.getState() == Thread.State.WAITING);
    publisher.publish("value");
    publisher.complete();

    assertThat(result.get()).isEqualTo("value");
  }

  // --- leaving ----------------------------------------------------------------------------------

  @Test
  void aKillCancelsTheSubscription() throws Exception {
    GreenletTask<@Nullable String> waiting = go(() -> Publishers.await(publisher));
    awaitParked(waiting);
    waiting.kill("enough");

    assertThat(waiting.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(publisher.cancels()).isOne();
    publisher.publish("too late");
    publisher.complete();
  }

  @Test
  void theEndOfADeadlineCancelsTheSubscription() throws Exception {
    GreenletTask<@Nullable String> waiting =
        go(
            () ->
                Deadline.<@Nullable String, Exception>within(
                    Duration.ofSeconds(1), () -> Publishers.await(publisher)));
    awaitParked(waiting);
    time.advance(Duration.ofSeconds(1));

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(waiting::get)
        .withCauseInstanceOf(TimeoutException.class);
    assertThat(publisher.cancels()).isOne();
  }

  @Test
  void anInterruptCancelsTheSubscription() throws Exception {
    GreenletTask<Boolean> waiting =
        go(
            () -> {
              Thread.currentThread().interrupt();
              assertThatExceptionOfType(InterruptedException.class)
                  .isThrownBy(() -> Publishers.await(publisher));
              return true;
            });

    assertThat(waiting.get()).isTrue();
    assertThat(publisher.cancels()).isOne();
  }

  @Test
  void aSubscriptionThatComesAfterTheKillIsCancelled() throws Exception {
    ManualPublisher<String> lazy = new ManualPublisher<>(true);
    GreenletTask<@Nullable String> waiting = go(() -> Publishers.await(lazy));
    awaitParked(waiting);
    waiting.kill("enough");
    assertThat(waiting.join()).isInstanceOf(Outcome.Killed.class);
    lazy.answer();

    assertThat(lazy.cancels()).isOne();
    assertThat(lazy.requested()).isZero();
  }

  @Test
  void aKillLeavesAStageAndItsLateEndDisturbsNobody() throws Exception {
    CompletableFuture<String> stage = new CompletableFuture<>();
    GreenletTask<String> waiting = go(() -> Greenlets.await(stage));
    awaitParked(waiting);
    waiting.kill("enough");

    assertThat(waiting.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(stage).isNotDone();
    stage.complete("too late");
    assertThat(go(() -> Greenlets.await(stage)).get()).isEqualTo("too late");
  }

  // --- many values ------------------------------------------------------------------------------

  @Test
  void valuesComeInTheirOrderAndNeverMoreThanThePrefetchIsOutstanding() throws Exception {
    List<Integer> expected = IntStream.range(0, 1_000).boxed().toList();
    GreenletTask<List<Integer>> waiting;
    try (SubmissionPublisher<Integer> numbers = new SubmissionPublisher<>()) {
      waiting =
          go(
              () -> {
                List<Integer> taken = new ArrayList<>();
                try (PublisherIterator<Integer> elements =
                    Publishers.each(FlowAdapters.toPublisher(numbers), 8)) {
                  elements.forEach(taken::add);
                }
                return taken;
              });
      await().until(numbers::hasSubscribers);
      expected.forEach(numbers::submit);
    }

    assertThat(waiting.get()).isEqualTo(expected);
  }

  @Test
  void demandIsBoundedByThePrefetchAndRenewedAsElementsAreTaken() throws Exception {
    try (PublisherIterator<String> elements = Publishers.each(publisher, 4)) {
      assertThat(publisher.requested()).isEqualTo(4);
      publisher.publish("a", "b", "c", "d");
      assertThat(elements.take()).isEqualTo("a");
      assertThat(elements.take()).isEqualTo("b");
      assertThat(publisher.requested()).isEqualTo(4);
      assertThat(elements.take()).isEqualTo("c");
      assertThat(publisher.requested()).isEqualTo(4 + 3);
    }
    assertThat(publisher.cancels()).isOne();
  }

  @Test
  void othersRunWhileOneWaitsForTheNextValue() throws Exception {
    GreenletTask<List<String>> waiting =
        go(
            () -> {
              List<String> taken = new ArrayList<>();
              try (PublisherIterator<String> elements = Publishers.each(publisher, 1)) {
                for (String element : elements) {
                  taken.add(element);
                }
              }
              return taken;
            });
    for (String element : List.of("a", "b", "c")) {
      awaitParked(waiting);
      assertThat(go(() -> 42).get()).isEqualTo(42);
      await().until(() -> publisher.requested() > element.charAt(0) - 'a');
      publisher.publish(element);
    }
    publisher.complete();

    assertThat(waiting.get()).containsExactly("a", "b", "c");
  }

  @Test
  void whatWasPublishedBeforeAFailureComesBeforeIt() throws Exception {
    IllegalStateException failure = new IllegalStateException("broken off");
    try (PublisherIterator<String> elements = Publishers.each(publisher, 4)) {
      publisher.publish("a");
      publisher.fail(failure);

      assertThat(elements.hasNext()).isTrue();
      assertThat(elements.hasNext()).isTrue();
      assertThat(elements.next()).isEqualTo("a");
      assertThatExceptionOfType(CompletionException.class)
          .isThrownBy(elements::hasNext)
          .withCause(failure);
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(elements::take)
          .withCause(failure);
    }
    assertThat(publisher.cancels()).isZero();
  }

  @Test
  void afterTheLastThereIsNothingAndAfterTheCloseItIsRefused() throws Exception {
    PublisherIterator<String> elements = Publishers.each(publisher, 4);
    publisher.complete();

    assertThat(elements.take()).isNull();
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(elements::next);
    elements.close();
    elements.close();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(elements::hasNext)
        .withMessage("The elements of ManualPublisher are closed: take them before");
  }

  @Test
  void anInterruptedLoopEndsAndIsStillInterrupted() throws Exception {
    script(
        () -> {
          try (PublisherIterator<String> elements = Publishers.each(publisher, 4)) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(elements::hasNext);
            assertThat(Thread.interrupted()).isTrue();
          }
        });
  }

  @Test
  void aPrefetchBelowOneIsRefused() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Publishers.each(publisher, 0))
        .withMessage("'prefetch' must be at least 1, was 0");
    assertThat(publisher.isSubscribed()).isFalse();
  }

  // --- what a publisher must not do -------------------------------------------------------------

  @Test
  void aSecondSubscriptionIsCancelledAndTheFirstGoesOn() throws Exception {
    try (PublisherIterator<String> elements = Publishers.each(publisher, 4)) {
      publisher.answer();
      assertThat(publisher.cancels()).isOne();
      assertThat(publisher.requested()).isEqualTo(4);
      publisher.publish("a");

      assertThat(elements.take()).isEqualTo("a");
    }
  }

  @Test
  void whoPublishesMoreThanAskedForFailsAfterWhatWasAskedFor() throws Exception {
    try (PublisherIterator<String> elements = Publishers.each(publisher, 1)) {
      publisher.publish("asked for", "not asked for");

      assertThat(elements.take()).isEqualTo("asked for");
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(elements::take)
          .withMessageContaining("published 2 elements, and was asked for 1");
    }
  }

  @Test
  void whatComesAfterTheEndIsIgnored() throws Exception {
    try (PublisherIterator<String> elements = Publishers.each(publisher, 4)) {
      publisher.complete();
      publisher.publish("late");
      publisher.fail(new IllegalStateException("late"));

      assertThat(elements.take()).isNull();
    }
  }

  @Test
  void nullsAreRefusedAsTheSpecificationSays() {
    try (PublisherIterator<String> _ = Publishers.each(publisher, 4)) {
      assertThatNullPointerException().isThrownBy(() -> publisher.subscriber().onNext(nothing()));
      assertThatNullPointerException().isThrownBy(() -> publisher.subscriber().onError(nothing()));
      assertThatNullPointerException()
          .isThrownBy(() -> publisher.subscriber().onSubscribe(nothing()));
    }
  }

  @SuppressWarnings("NullAway")
  private static <T> T nothing() {
    return null;
  }
}
