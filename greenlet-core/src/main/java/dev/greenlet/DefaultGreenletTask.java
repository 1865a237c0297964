package dev.greenlet;

import dev.greenlet.engine.Engine;
import dev.greenlet.engine.Fiber;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A greenlet: a fiber with a name, a family, a wait reason and an outcome. */
final class DefaultGreenletTask<T extends @Nullable Object> implements GreenletTask<T> {
  private static final int NEW = 0;
  private static final int BEGUN = 1;
  private static final int ENDED = 2;
  private static final VarHandle LIFE;
  private static final VarHandle PENDING_EXIT;
  private static final WaitReason SLEEPING = new WaitReason(WaitReason.SLEEP, "");

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      LIFE = lookup.findVarHandle(DefaultGreenletTask.class, "life", int.class);
      PENDING_EXIT =
          lookup.findVarHandle(DefaultGreenletTask.class, "pendingExit", GreenletExit.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private final GreenletRuntime runtime;
  private final long id;
  private final String kind;
  private final Fiber fiber;
  private final long bornNanos;
  private final CompletionList completion = new CompletionList();

  private @Nullable Callable<? extends T> body; // let go when it has begun or never will
  private SpawnContext.@Nullable Captured context;
  private int switchPointDepth; // the greenlet itself only

  private volatile String name;
  private volatile @Nullable DefaultGreenletTask<?> parent;
  private volatile @Nullable Set<DefaultGreenletTask<?>> children;
  private volatile @Nullable WaitReason waitReason;
  private volatile @Nullable GreenletExit pendingExit;
  private volatile @Nullable GreenletExit deliveredExit;
  private volatile @Nullable Outcome<T> outcome;
  private volatile long endedNanos;

  @SuppressWarnings("UnusedVariable") // through LIFE
  private volatile int life;

  DefaultGreenletTask(
      GreenletRuntime runtime,
      Engine engine,
      long id,
      SpawnOptions options,
      LaneScheduler home,
      @Nullable DefaultGreenletTask<?> parent,
      SpawnContext.Captured context,
      Callable<? extends T> body) {
    this.runtime = runtime;
    this.id = id;
    this.kind = options.kind();
    this.name = options.name() != null ? options.name() : "greenlet-" + id;
    this.parent = parent;
    this.context = context;
    this.body = body;
    this.bornNanos = runtime.time().nanoTime();
    this.fiber = engine.newFiber(kind + "-" + id, this::run, home, runtime.sharedLane()::execute);
  }

  // --- life -----------------------------------------------------------------------------------

  void start() {
    DefaultGreenletTask<?> spawner = parent;
    if (spawner != null) {
      spawner.adopt(this);
    }
    scheduler().countLive(1);
    runtime.registry().add(this);
    fiber.start();
  }

  private void run() {
    if (!LIFE.compareAndSet(this, NEW, BEGUN)) {
      return; // killed before it began
    }
    CurrentGreenlet.set(this);
    try {
      end(runBody());
    } finally {
      CurrentGreenlet.clear();
    }
  }

  private Outcome<T> runBody() {
    Callable<? extends T> toRun = body;
    SpawnContext.Captured captured = context;
    body = null;
    context = null;
    if (toRun == null || captured == null) {
      throw new AssertionError("the body of " + this + " is gone");
    }
    try {
      Runnable setBack = captured.restore();
      try {
        T value = toRun.call();
        GreenletExit exit = deliveredExit;
        return exit == null ? new Outcome.Returned<>(value) : new Outcome.Killed<>(exit);
      } finally {
        setBack.run();
      }
    } catch (Throwable failure) {
      GreenletExit exit = deliveredExit;
      return exit == null ? new Outcome.Failed<>(failure) : new Outcome.Killed<>(exit);
    }
  }

  private void end(Outcome<T> how) {
    endedNanos = runtime.time().nanoTime();
    LIFE.setVolatile(this, ENDED);
    outcome = how;
    scheduler().countLive(-1);
    leaveFamily();
    runtime.registry().remove(this);
    completion.complete();
  }

  @Override
  public boolean kill(String reason) {
    GreenletExit exit =
        new GreenletExit("Greenlet '%s' was killed: %s".formatted(name, reason), null);
    if (LIFE.compareAndSet(this, NEW, ENDED)) {
      body = null;
      context = null;
      end(new Outcome.Killed<>(exit));
      return true;
    }
    if (outcome != null) {
      return false;
    }
    pendingExit = exit;
    if (CurrentGreenlet.get() == this) {
      exitIfKilled();
    } else {
      fiber.unpark();
    }
    return true;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return kill("cancelled");
  }

  /** Delivers a pending kill, once. The greenlet itself, at a switch point. */
  void exitIfKilled() {
    if (pendingExit != null) {
      GreenletExit exit = (GreenletExit) PENDING_EXIT.getAndSet(this, null);
      if (exit != null) {
        deliveredExit = exit;
        throw exit;
      }
    }
  }

  // --- switch points: the greenlet itself only --------------------------------------------------

  void yieldNow() {
    exitIfKilled();
    fiber.yieldNow();
  }

  void sleep(long nanos) throws InterruptedException {
    Waiter nobodyWakes = Waiter.ofCurrent();
    await(nobodyWakes, SLEEPING, nanos);
  }

  void await(Waiter waiter, WaitReason reason) throws InterruptedException {
    if (waiter.isWoken()) {
      return;
    }
    WaitReason outer = waitReason;
    waitReason = reason;
    try {
      do {
        exitIfKilled();
        Waiter.failIfInterrupted();
        fiber.park();
      } while (!waiter.isWoken());
    } finally {
      waitReason = outer;
    }
  }

  boolean await(Waiter waiter, WaitReason reason, long nanos) throws InterruptedException {
    if (waiter.isWoken()) {
      return true;
    }
    Timers timers = scheduler().timers();
    long due = timers.nanoTime() + nanos;
    Timers.Timer timer = timers.schedule(due, fiber::unpark);
    WaitReason outer = waitReason;
    waitReason = reason;
    try {
      do {
        exitIfKilled();
        Waiter.failIfInterrupted();
        if (due - timers.nanoTime() <= 0) {
          return false;
        }
        fiber.park();
      } while (!waiter.isWoken());
      return true;
    } finally {
      waitReason = outer;
      timer.cancel();
    }
  }

  void beginBlocking(WaitReason reason) {
    waitReason = reason;
    if (switchPointDepth++ == 0) {
      fiber.beginBlocking();
    }
  }

  void describeWait(WaitReason reason) {
    waitReason = reason;
  }

  void endBlocking(@Nullable WaitReason outer) {
    if (--switchPointDepth == 0) {
      fiber.endBlocking();
    }
    waitReason = outer;
  }

  void moveTo(Lane target) {
    exitIfKilled();
    goTo(target);
  }

  /** Moves without delivering a kill, to get back to where the code is entitled to be. */
  void returnTo(Lane target) {
    goTo(target);
  }

  private void goTo(Lane target) {
    LaneScheduler origin = scheduler();
    LaneScheduler destination = runtime.schedulerOf(target);
    if (origin == destination) {
      return;
    }
    if (switchPointDepth > 0) {
      throw new IllegalStateException(
          "Greenlet '%s' cannot move from %s to %s inside the switch point '%s': close it first"
              .formatted(name, origin.lane(), target, waitReason));
    }
    destination.countLive(1);
    if (fiber.moveTo(destination)) {
      origin.countLive(-1);
    } else {
      destination.countLive(-1);
      throw new IllegalStateException(
          "Greenlet '%s' cannot move from %s to %s: a native frame or a class initialiser on its"
                  .formatted(name, origin.lane(), target)
              + " stack pins it");
    }
  }

  /** Ends the present or next park. Any thread. */
  void unpark() {
    fiber.unpark();
  }

  // --- family -----------------------------------------------------------------------------------

  private void adopt(DefaultGreenletTask<?> child) {
    DefaultGreenletTask<?> adopter = this;
    while (adopter != null) {
      child.parent = adopter;
      adopter.childSet().add(child);
      if (adopter.outcome == null) {
        return;
      }
      // it ended meanwhile and may have missed the child when it gave its children away
      adopter.childSet().remove(child);
      adopter = adopter.parent;
    }
    child.parent = null;
  }

  private void leaveFamily() {
    DefaultGreenletTask<?> heir = parent;
    Set<DefaultGreenletTask<?>> orphans = children;
    if (orphans != null) {
      for (DefaultGreenletTask<?> orphan : orphans) {
        if (orphans.remove(orphan)) {
          if (heir == null) {
            orphan.parent = null;
          } else {
            heir.adopt(orphan);
          }
        }
      }
    }
    if (heir != null) {
      heir.childSet().remove(this);
    }
  }

  private Set<DefaultGreenletTask<?>> childSet() {
    Set<DefaultGreenletTask<?>> set = children;
    if (set == null) {
      synchronized (completion) {
        set = children;
        if (set == null) {
          set = ConcurrentHashMap.newKeySet();
          children = set;
        }
      }
    }
    return set;
  }

  @Override
  public @Nullable GreenletTask<?> parent() {
    DefaultGreenletTask<?> nearest = parent;
    while (nearest != null && nearest.outcome != null) {
      nearest = nearest.parent;
    }
    return nearest;
  }

  @Override
  public List<GreenletTask<?>> children() {
    Set<DefaultGreenletTask<?>> set = children;
    return set == null
        ? List.of()
        : set.stream()
            .filter(child -> child.outcome == null)
            .sorted(Comparator.comparingLong(DefaultGreenletTask::id))
            .<GreenletTask<?>>map(child -> child)
            .toList();
  }

  // --- results ----------------------------------------------------------------------------------

  @Override
  public Outcome<T> join() throws InterruptedException {
    Outcome<T> known = outcome;
    if (known != null) {
      return known;
    }
    failIfCurrent();
    Waiter waiter = Waiter.ofCurrent();
    Runnable wake = waiter::wake;
    if (completion.add(wake)) {
      try {
        waiter.await(new WaitReason(WaitReason.JOIN, toString()));
      } finally {
        completion.remove(wake);
      }
    }
    return ended();
  }

  @Override
  public @Nullable Outcome<T> join(Duration timeout) throws InterruptedException {
    Outcome<T> known = outcome;
    if (known != null) {
      return known;
    }
    failIfCurrent();
    Waiter waiter = Waiter.ofCurrent();
    Runnable wake = waiter::wake;
    if (completion.add(wake)) {
      try {
        waiter.await(new WaitReason(WaitReason.JOIN, toString()), Durations.toNanos(timeout));
      } finally {
        completion.remove(wake);
      }
    }
    return outcome;
  }

  private Outcome<T> ended() {
    Outcome<T> known = outcome;
    if (known == null) {
      throw new AssertionError(this + " was said to have ended");
    }
    return known;
  }

  private void failIfCurrent() {
    if (CurrentGreenlet.get() == this) {
      throw new IllegalStateException(
          "Greenlet '%s' would wait for itself for ever: join it from another one".formatted(name));
    }
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    return valueOf(join());
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    Outcome<T> how = join(Duration.of(timeout, unit.toChronoUnit()));
    if (how == null) {
      throw new TimeoutException(
          "Greenlet '%s' has not ended within %d %s".formatted(name, timeout, unit));
    }
    return valueOf(how);
  }

  private T valueOf(Outcome<T> how) throws ExecutionException {
    return switch (how) {
      case Outcome.Returned<T>(T value) -> value;
      case Outcome.Failed<T>(Throwable cause) -> throw new ExecutionException(cause);
      case Outcome.Killed<T>(GreenletExit exit) -> {
        CancellationException cancelled = new CancellationException(exit.getMessage());
        cancelled.initCause(exit);
        throw cancelled;
      }
    };
  }

  @Override
  public boolean isDone() {
    return outcome != null;
  }

  @Override
  public boolean isCancelled() {
    return outcome instanceof Outcome.Killed;
  }

  @Override
  public @Nullable Outcome<T> outcome() {
    return outcome;
  }

  // --- to look at -------------------------------------------------------------------------------

  @Override
  public long id() {
    return id;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void rename(String name) {
    this.name = name;
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public Lane lane() {
    return scheduler().lane();
  }

  private LaneScheduler scheduler() {
    return (LaneScheduler) fiber.home();
  }

  GreenletRuntime runtime() {
    return runtime;
  }

  /** Whether a fiber is this greenlet's. Any thread. */
  boolean runsAs(Fiber candidate) {
    return fiber == candidate;
  }

  @Override
  public GreenletState status() {
    Outcome<T> how = outcome;
    if (how != null) {
      return switch (how) {
        case Outcome.Returned<T> returned -> GreenletState.RETURNED;
        case Outcome.Failed<T> failed -> GreenletState.FAILED;
        case Outcome.Killed<T> killed -> GreenletState.KILLED;
      };
    }
    return switch (fiber.phase()) {
      case NEW -> GreenletState.NEW;
      case READY -> GreenletState.READY;
      case RUNNING, DONE -> GreenletState.RUNNING; // done, and about to say how
      case PARKED -> GreenletState.PARKED;
    };
  }

  @Override
  public @Nullable WaitReason waitingOn() {
    return waitReason;
  }

  @Override
  public Duration age() {
    long until = outcome == null ? runtime.time().nanoTime() : endedNanos;
    return Duration.ofNanos(until - bornNanos);
  }

  @Override
  public long switches() {
    return fiber.slices();
  }

  @Override
  public List<StackTraceElement> stackTrace() {
    return switch (fiber.phase()) {
      case NEW, READY, DONE -> List.of();
      case RUNNING, PARKED -> List.of(fiber.thread().getStackTrace());
    };
  }

  @Override
  public String toString() {
    return "greenlet %d '%s'".formatted(id, name);
  }
}
