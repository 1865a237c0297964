package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.EngineChoice;
import dev.greenlet.EveryEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Random programs whose actors run at once on two hubs and the shared lane, send, receive, select,
 * time out, kill each other and close. However they interleave: no item is lost or doubled, each
 * consumer sees the items of a producer in order, permits are conserved, and nobody is left
 * waiting.
 */
@EveryEngine
class RandomProgramsTest extends SyncContract {
  private static final int PROGRAMS = 700;

  RandomProgramsTest(EngineChoice engine) {
    super(engine);
  }

  @Test
  @DisplayName("2.2/43 random programs lose and double nothing, and leave nobody waiting")
  void keepTheInvariants() {
    for (long seed = 1; seed <= PROGRAMS; seed++) {
      try {
        new Program(seed).run();
      } catch (AssertionError | Exception failure) {
        throw new AssertionError("the program of seed %d failed".formatted(seed), failure);
      }
    }
  }

  /** An item, with the actor who put it and how many it had put before. */
  private record Item(int place, int producer, int number) {}

  private final class Program {
    private final SplittableRandom random;
    private final Channel<Item> rendezvous = Channel.rendezvous("0");
    private final Channel<Item> buffered;
    private final GreenletQueue<Item> queue;
    private final GreenletSemaphore semaphore;
    private final int permits;
    private final AtomicInteger inside = new AtomicInteger();
    private final Queue<Item> accepted = new ConcurrentLinkedQueue<>();
    private final List<Queue<Item>> taken = new ArrayList<>();
    private final List<GreenletTask<Void>> actors = new ArrayList<>();
    private final CountDownLatch allThere = new CountDownLatch(1);

    Program(long seed) {
      random = new SplittableRandom(seed);
      buffered = Channel.buffered(1 + random.nextInt(3), "1");
      queue = GreenletQueue.fifo(1 + random.nextInt(3), "2");
      permits = 1 + random.nextInt(2);
      semaphore = GreenletSemaphore.bounded(permits, "permits");
    }

    void run() throws Exception {
      int number = 3 + random.nextInt(6);
      for (int i = 0; i < number; i++) {
        Actor actor = new Actor(i, random.split());
        taken.add(actor.taken);
        actors.add(
            switch (random.nextInt(3)) {
              case 0 -> onHub("actor-" + i, actor::act);
              case 1 -> onOtherHub("actor-" + i, actor::act);
              default -> runtime.spawn(dev.greenlet.SpawnOptions.named("actor-" + i), actor::act);
            });
      }
      allThere.countDown();
      letTimePass();
      verify();
    }

    private void letTimePass() {
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      for (GreenletTask<Void> actor : actors) {
        while (!actor.isDone()) {
          time.advance(MOMENT);
          Thread.yield();
          assertThat(System.nanoTime() - deadline)
              .as("%s is left %s, waiting for %s", actor, actor.status(), actor.waitingOn())
              .isNegative();
        }
      }
    }

    private void verify() throws Exception {
      List<Item> out = new ArrayList<>();
      for (Queue<Item> consumed : taken) {
        verifyOrder(consumed);
        out.addAll(consumed);
      }
      rendezvous.close();
      buffered.close();
      buffered.forEach(out::add);
      queue.drainTo(out);
      assertThat(out).containsExactlyInAnyOrderElementsOf(accepted).doesNotHaveDuplicates();
      assertThat(semaphore.availablePermits()).isEqualTo(permits);
      assertThat(rendezvous.waiters()).isEmpty();
      assertThat(buffered.waiters()).isEmpty();
      assertThat(queue.waiters()).isEmpty();
      assertThat(semaphore.waiters()).isEmpty();
    }

    private static void verifyOrder(Queue<Item> consumed) {
      Map<String, Integer> last = new HashMap<>();
      for (Item item : consumed) {
        Integer before = last.put(item.place + " from " + item.producer, item.number);
        assertThat(before == null || before < item.number)
            .as("%s came after number %s", item, before)
            .isTrue();
      }
    }

    private final class Actor {
      private final int id;
      private final SplittableRandom choice;
      private final Queue<Item> taken = new ConcurrentLinkedQueue<>();
      private int made;

      Actor(int id, SplittableRandom choice) {
        this.id = id;
        this.choice = choice;
      }

      Void act() throws Exception {
        allThere.await();
        int steps = 5 + choice.nextInt(15);
        for (int i = 0; i < steps; i++) {
          step();
        }
        return null;
      }

      private void step() throws InterruptedException {
        Duration patience = Duration.ofMillis(choice.nextInt(4));
        switch (choice.nextInt(20)) {
          case 0, 1, 2 -> send(rendezvous, 0, patience);
          case 3, 4 -> send(buffered, 1, patience);
          case 5, 6, 7 -> put(patience);
          case 8, 9, 10 -> receive(rendezvous, patience);
          case 11, 12 -> receive(buffered, patience);
          case 13, 14 -> take(patience);
          case 15, 16 -> select(patience);
          case 17, 18 -> usePermit(patience);
          default -> disturb();
        }
      }

      private void send(Channel<Item> channel, int place, Duration patience)
          throws InterruptedException {
        Item item = new Item(place, id, made++);
        if (channel.send(item, patience) == Sent.ACCEPTED) {
          accepted.add(item);
        }
      }

      private void receive(Channel<Item> channel, Duration patience) throws InterruptedException {
        if (channel.receive(patience) instanceof Received.Value<Item>(Item item)) {
          taken.add(item);
        }
      }

      private void put(Duration patience) throws InterruptedException {
        Item item = new Item(2, id, made++);
        try {
          if (queue.offer(item, patience)) {
            accepted.add(item);
          }
        } catch (QueueClosedException e) {
          made++;
        }
      }

      private void take(Duration patience) throws InterruptedException {
        try {
          Item item = queue.poll(patience);
          if (item != null) {
            taken.add(item);
          }
        } catch (QueueClosedException e) {
          made++;
        }
      }

      private void select(Duration patience) throws InterruptedException {
        Item item = new Item(0, id, made++);
        Select.<Boolean>of(
                buffered.onReceive(taken::add, () -> false),
                rendezvous.onSend(item, () -> accepted.add(item), () -> false),
                rendezvous.onReceive(taken::add, () -> false))
            .await(patience, () -> false);
      }

      private void usePermit(Duration patience) throws InterruptedException {
        if (!semaphore.tryAcquire(patience)) {
          return;
        }
        try {
          assertThat(inside.incrementAndGet()).isLessThanOrEqualTo(permits);
          Greenlets.sleep(patience);
        } finally {
          inside.decrementAndGet();
          semaphore.release();
        }
      }

      private void disturb() {
        switch (choice.nextInt(6)) {
          case 0 -> queue.close();
          case 1 -> rendezvous.close();
          case 2 -> buffered.close();
          default -> actors.get(choice.nextInt(actors.size())).kill("by actor " + id);
        }
      }
    }
  }
}
