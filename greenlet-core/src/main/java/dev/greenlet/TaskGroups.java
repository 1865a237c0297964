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

/** Operations on several greenlets: waits for all of them, and kills them, at once. */
final class TaskGroups {
  private TaskGroups() {}

  /**
   * Waits, with a single wake-up, until all greenlets have ended or the timeout, if any, elapses.
   * Returns {@code false} in the latter case.
   */
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
   * Rejects a wait of the caller for its own end.
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

  /** Returns the same greenlets, typed by a common supertype of their results. */
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

  /** Returns the results in order, or throws the earliest failure as soon as it occurs. */
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

  /**
   * Kills all greenlets: every kill is in effect before the first of them is woken. Then waits for
   * their end, up to the timeout. Returns those that have not ended by then.
   */
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

  /**
   * Returns a greenlet and its descendants, each before its children. The tree may be of any depth.
   */
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

  /** Kills the greenlets, the caller last. Returns those that were alive, without the caller. */
  private static List<GreenletTask<?>> kill(
      Collection<? extends GreenletTask<?>> tasks, String reason) {
    List<GreenletTask<?>> others = new ArrayList<>(tasks.size());
    List<DefaultGreenletTask.PreparedKill> prepared = new ArrayList<>(tasks.size());
    DefaultGreenletTask.PreparedKill self = null;
    for (GreenletTask<?> task : tasks) {
      switch (task) {
        case DefaultGreenletTask<?> victim -> {
          DefaultGreenletTask.PreparedKill kill = victim.prepareKill(reason, null);
          if (CurrentGreenlet.get() == victim) {
            self = kill;
          } else if (kill != null) {
            others.add(victim);
            prepared.add(kill);
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
