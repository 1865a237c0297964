package dev.greenlet.loop;

import dev.greenlet.fiber.Fiber;
import dev.greenlet.fiber.FiberScheduler;
import dev.greenlet.schedule.ReadyOrder;
import dev.greenlet.schedule.TimeSource;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The loop of one carrier thread: drains the inbox, fires the timers that are due, runs one slice,
 * and repeats that; sleeps when there is nothing to do.
 *
 * <p>The loop's own structures ({@link #order}, {@link #timers}, {@link #idlers}, the {@link
 * #channels}) belong to what runs on the loop: the carrier between slices, the mounted fiber during
 * its own. All other threads go through the {@link #inbox}. To sleep, the carrier announces it
 * ({@link #idle}), looks at the inbox once more, and parks; a thread that puts something in looks
 * at the announcement afterwards. One of the two sees the other.
 */
public final class RunLoop implements Timers, Runnable {
  private static final VarHandle SWITCHES;

  static {
    try {
      SWITCHES = MethodHandles.lookup().findVarHandle(RunLoop.class, "switches", long.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private static final Runnable NOTHING = () -> {};
  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_BLIND_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  /** How the carrier sleeps, and so how it is woken. */
  private enum IdleState {
    NONE,
    PARKED,
    POLLING
  }

  private final String name;
  private final FiberScheduler lane;
  private final TimeSource time;
  private final ReadyQueue<Object> inbox = new ReadyQueue<>();
  private final ReadyOrder<Fiber> order;
  private final DeadlineQueue timers = new DeadlineQueue();
  private final ArrayDeque<Runnable> idlers = new ArrayDeque<>();
  private final LoopOwnership ownership;
  private final AtomicBoolean forwarding = new AtomicBoolean();
  private final AtomicReference<IdleState> idle = new AtomicReference<>(IdleState.NONE);
  private final LoopChannels channels;
  private boolean failing; // the carrier only

  private volatile boolean stopping;
  private volatile boolean terminated;
  private volatile long switches;

  /**
   * Creates a loop that is yet to be started.
   *
   * @param name the name of its carrier
   * @param lane the lane whose fibers it runs
   * @param time the clock
   * @param order the order of the ready fibers
   * @param carriers creates a carrier of a name that runs the loop, without starting it
   */
  public RunLoop(
      String name,
      FiberScheduler lane,
      TimeSource time,
      ReadyOrder<Fiber> order,
      BiFunction<String, Runnable, Thread> carriers) {
    this.lane = lane;
    this.time = time;
    this.order = order;
    this.channels = new LoopChannels(time);
    this.name = name;
    this.ownership =
        new LoopOwnership(carriers.apply(name, this), () -> carriers.apply(name + "-spare", this));
  }

  /** Starts the carrier. Once. */
  public void start() {
    ownership.carrier().start();
  }

  /**
   * Ends the loop after the present slice. What is left, and what comes later, goes to the {@link
   * FallbackCarriers}. Any thread; never waits.
   */
  public void stop() {
    stopping = true;
    VarHandle.fullFence();
    wakeUp();
  }

  /**
   * Queues a fiber; see {@link FiberScheduler#ready} for the callers.
   *
   * @param fiber a fiber of the lane
   */
  public void ready(Fiber fiber) {
    if (isOnLoop()) {
      order.add(fiber);
    } else {
      submit(fiber);
    }
  }

  @Override
  public Timer schedule(long dueNanos, Runnable action) {
    if (terminated) {
      return FallbackCarriers.timers().schedule(dueNanos, action);
    }
    DeadlineQueue.Entry entry = new DeadlineQueue.Entry(dueNanos, action);
    change(new LoopCommand(() -> timers.add(entry), () -> sendOn(entry)));
    return () -> change(new LoopCommand(() -> timers.remove(entry), NOTHING));
  }

  /**
   * Runs an action once when nothing is ready. Any thread.
   *
   * @param action a short action that does not block
   * @return a handle that withdraws the action
   */
  public Timer whenIdle(Runnable action) {
    change(new LoopCommand(() -> idlers.add(action), action));
    return () -> change(new LoopCommand(() -> idlers.remove(action), NOTHING));
  }

  private void change(LoopCommand change) {
    if (isOnLoop()) {
      change.onLoop.run();
    } else {
      submit(change);
    }
  }

  @Override
  public long nanoTime() {
    return time.nanoTime();
  }

  /** Returns whether the loop's structures belong to the calling thread at this moment. */
  private boolean isOnLoop() {
    Thread caller = Thread.currentThread();
    if (ownership.isOf(caller)) {
      return !terminated;
    }
    Fiber mounted = ownership.current();
    return mounted != null
        && mounted.thread() == caller
        && mounted.home() == lane
        && mounted.isMounted();
  }

  private void submit(Object item) {
    inbox.offer(item);
    VarHandle.fullFence();
    if (terminated) {
      forward();
    } else {
      wakeUp();
    }
  }

  /** Wakes the carrier if it sleeps, once. */
  private void wakeUp() {
    if (idle.get() == IdleState.NONE) {
      return;
    }
    IdleState slept = idle.getAndSet(IdleState.NONE);
    if (slept == IdleState.PARKED) {
      LockSupport.unpark(ownership.carrier());
    } else if (slept == IdleState.POLLING) {
      channels.wakeUp();
    }
  }

  @Override
  public void run() {
    Thread carrier = Thread.currentThread();
    while (!stopping && ownership.isOf(carrier)) {
      try {
        channels.pollIfDue();
        if (!runOnce(carrier)) {
          sleep();
        }
        failing = false;
      } catch (Throwable failure) {
        survive(failure);
      }
    }
    if (ownership.isOf(carrier)) {
      terminate();
    }
  }

  /**
   * Continues after a failure, for nothing else runs what is queued here. What failed is not
   * repeated, unless it is the order of the ready fibers: then the loop runs slowly, and logs that
   * once.
   */
  private void survive(Throwable failure) {
    if (failing) {
      LockSupport.parkNanos(NANOS_PER_MILLI);
    } else {
      failing = true;
      log(failure);
    }
  }

  private void log(Throwable failure) {
    try {
      System.getLogger("dev.greenlet")
          .log(Level.ERROR, "Loop '%s' failed and continues".formatted(name), failure);
    } catch (Throwable loggersOwn) {
      // the loop is worth more than the line
    }
  }

  private void attempt(Runnable step) {
    try {
      step.run();
    } catch (Throwable failure) {
      log(failure);
    }
  }

  /** One turn of the loop. Returns whether there was anything to run. */
  private boolean runOnce(Thread carrier) {
    drainInbox(carrier);
    if (!ownership.isOf(carrier)) {
      return true;
    }
    fireTimers();
    Fiber next = order.next();
    if (next == null) {
      return runIdleTasks();
    }
    runSlice(next, carrier);
    return true;
  }

  /**
   * Runs what waits for idleness, which may make something ready. Returns whether there was any.
   */
  private boolean runIdleTasks() {
    if (idlers.isEmpty()) {
      return false;
    }
    for (Runnable idler = idlers.poll(); idler != null; idler = idlers.poll()) {
      idler.run();
    }
    return true;
  }

  private void drainInbox(Thread carrier) {
    for (Object item = inbox.poll(); item != null; item = inbox.poll()) {
      if (item instanceof Fiber fiber) {
        order.add(fiber);
      } else {
        ((LoopCommand) item).onLoop.run();
        if (!ownership.isOf(carrier)) {
          return; // it has given the loop back
        }
      }
    }
  }

  private void fireTimers() {
    if (timers.isEmpty()) {
      return;
    }
    long now = time.nanoTime();
    for (DeadlineQueue.Entry due = timers.pollDue(now); due != null; due = timers.pollDue(now)) {
      due.run();
    }
  }

  private void runSlice(Fiber fiber, Thread carrier) {
    ownership.begin(fiber);
    boolean ran = false;
    try {
      ran = fiber.runSlice(lane);
    } finally {
      if (ownership.end(fiber, carrier) && ran) {
        SWITCHES.setRelease(this, switches + 1);
      }
    }
  }

  // --- carriers ---------------------------------------------------------------------------------

  /**
   * Returns whether a fiber that runs as one of this loop has it. The fiber itself. It is the
   * loop's current one from the moment at which its slice begins, unless another carrier has taken
   * over.
   *
   * @param fiber the fiber
   * @return whether it has the loop
   */
  public boolean isHeldBy(Fiber fiber) {
    return ownership.current() == fiber || terminated;
  }

  /**
   * Lets another carrier run the loop while the present one waits with a fiber mounted. The
   * monitor's thread only.
   *
   * @param fiber the fiber
   * @param stillWaits whether the carrier waits
   * @return whether another carrier runs the loop now
   */
  public boolean replaceCarrier(Fiber fiber, BooleanSupplier stillWaits) {
    return ownership.replaceCarrier(fiber, () -> !stopping && stillWaits.getAsBoolean());
  }

  /**
   * Gives the loop back to a fiber, and to the carrier that it occupies. The fiber itself.
   *
   * @param fiber the fiber
   */
  public void reclaim(Fiber fiber) {
    submit(
        new LoopCommand(() -> ownership.giveBack(fiber), () -> LockSupport.unpark(fiber.thread())));
  }

  /**
   * Returns how many threads the loop has: the owner, and one for each fiber that waits on a
   * carrier which it occupies. Any thread.
   *
   * @return the number of threads, at least 1
   */
  public int carriers() {
    return ownership.carriers();
  }

  /**
   * Sleeps until something comes in or the next timer is due. A selector waits for whole
   * milliseconds only: for less than one the carrier parks instead, briefly, so that what the
   * channels have is found soon as well.
   */
  private void sleep() {
    long nanos = timers.isEmpty() ? Long.MAX_VALUE : timers.nanosUntilNext(time.nanoTime());
    boolean polls = channels.isOpen();
    boolean parks = !polls || nanos < NANOS_PER_MILLI;
    if (polls && parks) {
      channels.await(0);
      if (order.size() > 0) {
        return;
      }
    }
    idle.set(parks ? IdleState.PARKED : IdleState.POLLING);
    if (nanos > 0 && inbox.isEmpty() && !stopping) {
      if (!parks) {
        channels.await(nanos);
      } else {
        time.park(polls ? Math.min(nanos, LONGEST_BLIND_NANOS) : nanos);
      }
    }
    idle.set(IdleState.NONE);
  }

  // --- channels ---------------------------------------------------------------------------------

  /**
   * Returns whether channels can be watched here: not on a time that is not the machine's, which a
   * selector does not know; not after the end. Any thread.
   *
   * @return whether they can
   */
  public boolean hasChannels() {
    return time == TimeSource.system() && !channels.isLost() && !terminated;
  }

  /**
   * Makes the loop one that can watch channels. Any thread; a second call does nothing.
   *
   * @throws IOException if the system has no selector to give
   */
  public void openChannels() throws IOException {
    channels.open();
    if (terminated) {
      channels.close(); // no carrier would sleep in it
    }
  }

  /**
   * Notifies the listener of a watch, on the loop, when its channel is ready; or, if the loop has
   * ended, now. Any thread, after {@link #openChannels}.
   *
   * @param watch the watch
   * @param op the operation of a selection key
   */
  public void arm(Watch watch, int op) {
    change(new LoopCommand(() -> channels.arm(watch, op), watch::end));
  }

  /** Gives back what a closed channel holds here, soon. Any thread. */
  public void forgetClosedChannels() {
    change(new LoopCommand(channels::forgetClosed, NOTHING));
  }

  /**
   * Returns how often the interest in a channel has changed. On the loop only.
   *
   * @return a number that only grows
   */
  public long interestChanges() {
    return channels.changes();
  }

  // --- the end ----------------------------------------------------------------------------------

  /**
   * Sends everything on. From the announcement on, the carrier alone touches the loop's structures,
   * though fibers already run elsewhere.
   */
  private void terminate() {
    terminated = true;
    VarHandle.fullFence();
    attempt(channels::close);
    attempt(this::sendOnReady);
    while (!idlers.isEmpty()) {
      attempt(this::runIdleTasks);
    }
    for (DeadlineQueue.Entry left = timers.poll(); left != null; left = timers.poll()) {
      sendOn(left);
    }
    forward();
  }

  private void sendOnReady() {
    for (Fiber fiber = order.next(); fiber != null; fiber = order.next()) {
      FallbackCarriers.execute(fiber, lane);
    }
  }

  /** Sends on what came in around the end, or later. Any thread; one at a time takes. */
  private void forward() {
    while (!inbox.isEmpty() && forwarding.compareAndSet(false, true)) {
      try {
        for (Object item = inbox.poll(); item != null; item = inbox.poll()) {
          if (item instanceof Fiber fiber) {
            FallbackCarriers.execute(fiber, lane);
          } else {
            attempt(((LoopCommand) item).afterEnd);
          }
        }
      } finally {
        forwarding.set(false);
      }
    }
  }

  private static void sendOn(DeadlineQueue.Entry timer) {
    FallbackCarriers.timers().schedule(timer.dueNanos(), timer::run);
  }

  /** A change of the loop's structures asked for from elsewhere, and what to do if it has ended. */
  private record LoopCommand(Runnable onLoop, Runnable afterEnd) {}

  /**
   * Returns the thread that runs the loop. Any thread; outdated at once.
   *
   * @return the carrier
   */
  public Thread carrier() {
    return ownership.carrier();
  }

  /**
   * Returns the fiber of the running slice. Any thread; outdated at once.
   *
   * @return the fiber, or {@code null} when none runs
   */
  public @Nullable Fiber current() {
    return ownership.current();
  }

  /**
   * Returns how many fibers are ready. Any thread; approximate.
   *
   * @return the number of fibers
   */
  public int readyCount() {
    return order.size() + inbox.size();
  }

  /**
   * Returns how many entries of the ready queue are over. Grows with each, whether or not a fiber
   * ran. Any thread.
   *
   * @return a number that only grows
   */
  public long entries() {
    return ownership.entries();
  }

  /**
   * Returns how many slices the loop has run. Any thread; may lag.
   *
   * @return a number that only grows
   */
  public long switches() {
    return switches;
  }

  /**
   * Returns whether the loop has ended. Any thread.
   *
   * @return whether it has, which is final
   */
  public boolean isTerminated() {
    return terminated;
  }
}
