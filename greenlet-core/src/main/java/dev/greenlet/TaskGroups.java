package dev.greenlet;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Waits for, and kills, several greenlets at once. */
final class TaskGroups {
  private TaskGroups() {}

  /** Waits until all have ended or the time, if there is a limit, is up: with one wake-up. */
  static boolean awaitAll(Collection<? extends GreenletTask<?>> tasks, @Nullable Duration timeout)
      throws InterruptedException {
    refuseCaller(tasks);
    Waiter waiter = Waiter.ofCurrent();
    AtomicInteger left = new AtomicInteger(tasks.size());
    List<Registration> registrations = new ArrayList<>(tasks.size());
    try {
      for (GreenletTask<?> task : tasks) {
        registrations.add(
            task.onComplete(
                ended -> {
                  if (left.decrementAndGet() == 0) {
                    waiter.wake();
                  }
                }));
      }
      if (left.get() == 0) {
        return true;
      }
      WaitReason reason =
          new WaitReason(WaitReason.JOIN, "all of %d greenlets".formatted(tasks.size()));
      if (timeout != null) {
        return waiter.await(reason, Durations.toNanos(timeout));
      }
      waiter.at(new JoinedTasks(reason, List.copyOf(tasks))).await(reason);
      return true;
    } finally {
      registrations.forEach(Registration::close);
    }
  }

  /**
   * Refuses a wait for the caller's own end.
   *
   * @throws IllegalStateException if the caller is one of the greenlets
   */
  static void refuseCaller(Collection<? extends GreenletTask<?>> awaited) {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    if (current != null && awaited.contains(current)) {
      throw new IllegalStateException(
          "%s would wait for its own end: leave it out".formatted(current));
    }
  }

  /** Returns the same greenlets as of the type that all their results have. */
  @SuppressWarnings("unchecked") // greenlets only produce results
  static <T extends @Nullable Object> Collection<GreenletTask<T>> covariant(
      Collection<? extends GreenletTask<? extends T>> tasks) {
    return (Collection<GreenletTask<T>>) (Collection<?>) tasks;
  }

  static <T extends @Nullable Object> List<@Nullable Outcome<T>> outcomes(
      Collection<? extends GreenletTask<T>> tasks) {
    List<@Nullable Outcome<T>> outcomes = new ArrayList<>(tasks.size());
    for (GreenletTask<T> task : tasks) {
      outcomes.add(task.outcome());
    }
    return Collections.unmodifiableList(outcomes);
  }

  /** The results in order, or the first failure in time at once. */
  static <T extends @Nullable Object> List<T> getAll(Collection<? extends GreenletTask<T>> tasks)
      throws InterruptedException, ExecutionException {
    try (CompletedTasks<T> completed = new CompletedTasks<>(tasks)) {
      while (completed.hasNext()) {
        completed.take().get();
      }
    }
    List<T> results = new ArrayList<>(tasks.size());
    for (GreenletTask<T> task : tasks) {
      results.add(task.get());
    }
    return results;
  }

  /** Condemns all, then lets them know. Returns who has not ended in time. */
  static List<GreenletTask<?>> killAll(
      Collection<? extends GreenletTask<?>> tasks, String reason, Duration timeout)
      throws InterruptedException {
    List<GreenletTask<?>> others = kill(tasks, reason);
    boolean timed = !timeout.isNegative() && !timeout.isZero();
    if (timed && !others.isEmpty()) {
      awaitAll(others, timeout);
    }
    return others.stream().filter(victim -> !victim.isDone()).toList();
  }

  static boolean killTree(GreenletTask<?> root, String reason) {
    List<GreenletTask<?>> tree = tree(root);
    boolean lived = !root.isDone();
    kill(tree, reason);
    return lived;
  }

  /** Returns a greenlet and all below it, each before its children; a tree may be of any depth. */
  private static List<GreenletTask<?>> tree(GreenletTask<?> root) {
    List<GreenletTask<?>> tree = new ArrayList<>();
    Deque<GreenletTask<?>> left = new ArrayDeque<>();
    left.push(root);
    while (!left.isEmpty()) {
      GreenletTask<?> next = left.pop();
      tree.add(next);
      next.children().reversed().forEach(left::push);
    }
    return tree;
  }

  /** Returns those that lived, without the caller. */
  private static List<GreenletTask<?>> kill(
      Collection<? extends GreenletTask<?>> tasks, String reason) {
    List<GreenletTask<?>> others = new ArrayList<>(tasks.size());
    List<DefaultGreenletTask.PreparedKill> prepared = new ArrayList<>(tasks.size());
    DefaultGreenletTask.PreparedKill self = null;
    for (GreenletTask<?> task : tasks) {
      switch (task) {
        case DefaultGreenletTask<?> victim -> {
          DefaultGreenletTask.PreparedKill sentence = victim.prepareKill(reason, null);
          if (CurrentGreenlet.get() == victim) {
            self = sentence;
          } else if (sentence != null) {
            others.add(victim);
            prepared.add(sentence);
          }
        }
      }
    }
    prepared.forEach(DefaultGreenletTask.PreparedKill::execute);
    if (self != null) {
      self.execute();
    }
    return others;
  }
}
