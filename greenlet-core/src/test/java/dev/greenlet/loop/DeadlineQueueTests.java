package dev.greenlet.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.loop.DeadlineQueue.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineQueueTests {
  private final DeadlineQueue queue = new DeadlineQueue();

  @Test
  void nothingIsDueInAnEmptyQueue() {
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.pollDue(Long.MAX_VALUE)).isNull();
    assertThat(queue.nanosUntilNext(5)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void tellsHowLongUntilTheFirstIsDue() {
    queue.add(new Entry(30, () -> {}));
    queue.add(new Entry(20, () -> {}));

    assertThat(queue.nanosUntilNext(5)).isEqualTo(15);
    assertThat(queue.nanosUntilNext(25)).isZero();
    assertThat(queue.pollDue(19)).isNull();
  }

  @Test
  void whatIsDueAtOnceComesOutInTheOrderItWasAdded() {
    List<Entry> added = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Entry entry = new Entry(7, () -> {});
      added.add(entry);
      queue.add(entry);
    }

    assertThat(drain()).containsExactlyElementsOf(added);
  }

  @Test
  void worksAcrossTheOverflowOfTheClock() {
    Entry before = new Entry(Long.MAX_VALUE - 1, () -> {});
    Entry after = new Entry(Long.MIN_VALUE + 1, () -> {});
    queue.add(after);
    queue.add(before);

    assertThat(queue.pollDue(Long.MAX_VALUE)).isSameAs(before);
    assertThat(queue.pollDue(Long.MAX_VALUE)).isNull();
    assertThat(queue.pollDue(Long.MIN_VALUE + 2)).isSameAs(after);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithASortedListWhateverIsAddedAndRemoved(long seed) {
    Random random = new Random(seed);
    List<Entry> model = new ArrayList<>();
    for (int step = 0; step < 2_000; step++) {
      if (random.nextInt(3) > 0 || model.isEmpty()) {
        Entry entry = new Entry(random.nextInt(100), () -> {});
        model.add(entry);
        queue.add(entry);
      } else {
        Entry entry = model.remove(random.nextInt(model.size()));
        queue.remove(entry);
        queue.remove(entry); // harmless
      }
    }
    Collections.shuffle(model, random);
    model.forEach(queue::add); // queued already
    List<Long> due = drain().stream().map(Entry::dueNanos).toList();

    assertThat(due)
        .hasSize(model.size())
        .isSortedAccordingTo(Comparator.naturalOrder())
        .containsExactlyInAnyOrderElementsOf(model.stream().map(Entry::dueNanos).toList());
  }

  private List<Entry> drain() {
    List<Entry> drained = new ArrayList<>();
    for (Entry due = queue.pollDue(1_000); due != null; due = queue.pollDue(1_000)) {
      drained.add(due);
    }
    return drained;
  }
}
