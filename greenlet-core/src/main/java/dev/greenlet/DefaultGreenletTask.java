package dev.greenlet;

import dev.greenlet.fiber.Engine;
import dev.greenlet.fiber.Fiber;
import dev.greenlet.loop.Timers;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The implementation of a greenlet: a fiber with a name, a wait reason and a life cycle. Its {@link
 * CancellationState} holds what is to be thrown into it, its {@link Completion} the end, and its
 * {@link TaskTreeNode} the parent and the children. Thread-safe, except for the parts that are
 * confined to the greenlet itself.
 */
final class DefaultGreenletTask<T extends @Nullable Object>
    implements GreenletTask<T>, CancellationState.Stack {
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final int NEW = 0;
  private static final int BEGUN = 1;
  private static final int ENDED = 2;
  private static final VarHandle LIFE;

  static {
    try {
      LIFE = MethodHandles.lookup().findVarHandle(DefaultGreenletTask.class, "life", int.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private final TaskEnvironment environment;
  private final long id;
  private final String kind;
  private final Fiber fiber;
  private final boolean daemon;
  private final List<StackTraceElement> spawnedAt;
  private final long bornNanos;
  private final CancellationState cancellation;
  private final Completion<T> completion;
  private final TaskTreeNode treeNode;
  private final Locals locals;
  private final Suspender suspender;
  private final DeferredActions deferredActions = new DeferredActions();

  private @Nullable Callable<? extends T> body; // null once it has begun, or never will
  private SpawnContext.@Nullable Captured context;

  private volatile String name;
  private volatile Timers.@Nullable Timer startTimer;
  private volatile long endedNanos;
  private volatile int life;

  DefaultGreenletTask(
      TaskEnvironment environment,
      Engine engine,
      long id,
      SpawnOptions options,
      LaneScheduler home,
      @Nullable DefaultGreenletTask<?> parent,
      SpawnContext.Captured context,
      List<StackTraceElement> spawnedAt,
      Callable<? extends T> body) {
    this.environment = environment;
    this.id = id;
    this.kind = options.kind();
    this.daemon = options.daemon();
    this.spawnedAt = spawnedAt;
    this.name = options.name() != null ? options.name() : "greenlet-" + id;
    this.cancellation = new CancellationState(parent == null ? null : parent.deadline(), this);
    InterruptEscalation inherited = parent == null ? null : parent.cancellation.escalation();
    this.completion = new Completion<>(this);
    this.treeNode = new TaskTreeNode(this, parent);
    this.locals = parent == null ? Locals.ofRoot(currentLocals()) : Locals.ofChild(parent.locals);
    this.context = context;
    this.body = body;
    this.bornNanos = environment.time().nanoTime();
    this.fiber =
        engine.newFiber(kind + "-" + id, this::run, home, environment.sharedLane()::execute);
    this.suspender = new Suspender(this, fiber, cancellation);
    if (inherited != null) {
      cancellation.escalation(inherited.of(this));
    }
  }

  private static @Nullable Locals currentLocals() {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    return current == null ? null : current.locals;
  }

  // --- life cycle -----------------------------------------------------------------------------

  void start() {
    appear();
    fiber.start();
  }

  void startAfter(long nanos) {
    appear();
    Timers timers = timers();
    startTimer = timers.schedule(timers.nanoTime() + nanos, this::startIfAlive);
  }

  private void appear() {
    treeNode.join();
    locals.begin();
    scheduler().countLive(1);
    environment.spawned(this);
  }

  private void startIfAlive() {
    if (life == NEW) {
      fiber.start();
    }
  }

  private void run() {
    if (!LIFE.compareAndSet(this, NEW, BEGUN)) {
      return; // killed before it began
    }
    CurrentGreenlet.set(this);
    try {
      Outcome<T> how = runBody();
      deferredActions.perform();
      LIFE.setVolatile(this, ENDED);
      end(how);
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
      throw new AssertionError(this + " has no body");
    }
    try {
      Runnable undo = captured.restore();
      try {
        T value = toRun.call();
        GreenletExit exit = cancellation.deliveredExit();
        return exit == null ? new Outcome.Returned<>(value) : new Outcome.Killed<>(exit);
      } finally {
        undo.run();
      }
    } catch (Throwable thrown) {
      GreenletExit exit = cancellation.deliveredExit();
      if (exit != null) {
        return new Outcome.Killed<>(exit);
      }
      return switch (thrown) {
        case DeadlineExit over -> new Outcome.Failed<>(over.toTimeout());
        case GreenletExit own -> new Outcome.Killed<>(own); // thrown by the body itself
        default -> new Outcome.Failed<>(thrown);
      };
    } finally {
      cancellation.end();
    }
  }

  private void end(Outcome<T> how) {
    endedNanos = environment.time().nanoTime();
    completion.decide(how);
    locals.release();
    scheduler().countLive(-1);
    treeNode.leave();
    environment.ended(this);
    try {
      completion.announce();
    } finally {
      locals.sweep();
      environment.left(this);
    }
  }

  // --- kill -------------------------------------------------------------------------------------

  @Override
  public boolean kill(String reason) {
    return kill(reason, null);
  }

  @Override
  public boolean kill(String reason, @Nullable Throwable cause) {
    PreparedKill prepared = prepareKill(reason, cause);
    if (prepared == null) {
      return false;
    }
    prepared.execute();
    return true;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return kill("cancelled");
  }

  /**
   * Performs the first half of a kill: from now on the greenlet does not begin, or exits at its
   * next switch point, and its wait, if it is not claimed, is granted nothing. No listener is
   * called and no thread is woken. Returns the second half, or {@code null} if the greenlet has
   * ended.
   */
  @Nullable PreparedKill prepareKill(String reason, @Nullable Throwable cause) {
    GreenletExit exit =
        new GreenletExit(
            "Greenlet '%s' was killed: %s"
                .formatted(name, Printable.of(reason, Printable.MAX_LENGTH)),
            cause);
    if (LIFE.compareAndSet(this, NEW, ENDED)) {
      body = null;
      context = null;
      return () -> {
        Timers.Timer timer = startTimer;
        if (timer != null) {
          timer.cancel();
        }
        end(new Outcome.Killed<>(exit));
      };
    }
    if (life == ENDED) {
      return null;
    }
    CancellationState.Hit hit = cancellation.kill(exit);
    return () -> {
      hit.carryOut();
      wakeOrDeliver();
    };
  }

  /** Throws the exit of another greenlet's deadline into this greenlet. Any thread; never waits. */
  void pass(DeadlineExit exit) {
    cancellation.pass(exit).carryOut();
    fiber.unpark();
  }

  private void wakeOrDeliver() {
    if (CurrentGreenlet.get() == this) {
      cancellation.deliver();
    } else {
      fiber.unpark();
    }
  }

  /** The second half of a kill. */
  @FunctionalInterface
  interface PreparedKill {
    void execute();
  }

  // --- relatives and results --------------------------------------------------------------------

  TaskTreeNode treeNode() {
    return treeNode;
  }

  @Override
  public @Nullable GreenletTask<?> parent() {
    return treeNode.parent();
  }

  @Override
  public List<GreenletTask<?>> children() {
    return treeNode.children();
  }

  @Override
  public Outcome<T> join() throws InterruptedException {
    return completion.join();
  }

  @Override
  public @Nullable Outcome<T> join(Duration timeout) throws InterruptedException {
    return completion.join(timeout);
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    return completion.value(completion.join());
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    Outcome<T> how = completion.join(Duration.of(timeout, unit.toChronoUnit()));
    if (how == null) {
      throw new TimeoutException(
          "Greenlet '%s' has not ended within %d %s".formatted(name, timeout, unit));
    }
    return completion.value(how);
  }

  @Override
  public Registration onComplete(Consumer<? super GreenletTask<T>> listener) {
    return completion.onComplete(Objects.requireNonNull(listener, "'listener' must not be null"));
  }

  @Override
  public Registration onEnd(Runnable action) {
    return completion.onEnd(Objects.requireNonNull(action, "'action' must not be null"));
  }

  @Override
  public CompletableFuture<T> toCompletableFuture() {
    return completion.toCompletableFuture();
  }

  @Override
  public boolean isDone() {
    return completion.isDone();
  }

  @Override
  public boolean isCancelled() {
    return completion.peek() instanceof Outcome.Killed;
  }

  @Override
  public State state() {
    return switch (completion.peek()) {
      case null -> State.RUNNING;
      case Outcome.Returned<T> returned -> State.SUCCESS;
      case Outcome.Failed<T> failed -> State.FAILED;
      case Outcome.Killed<T> killed -> State.CANCELLED;
    };
  }

  @Override
  public @Nullable Outcome<T> outcome() {
    return completion.observe();
  }

  @Override
  public @Nullable Deadline deadline() {
    return cancellation.earliest();
  }

  CancellationState cancellation() {
    return cancellation;
  }

  Locals locals() {
    return locals;
  }

  @Override
  public boolean initialises() {
    return ClassInitialisers.surroundCaller();
  }

  @Override
  public boolean isSeenToInitialise() {
    return fiber.mayBePinned() && ClassInitialisers.surround(fiber.thread());
  }

  @Override
  public void lookAgainLater() {
    Timers timers = environment.sharedLane().scheduler().timers(); // which run if a hub is blocked
    timers.schedule(timers.nanoTime() + LOOK_AGAIN_NANOS, this::hitAgain);
  }

  private void hitAgain() {
    cancellation.hitAgain().carryOut();
    fiber.unpark();
  }

  /** Returns the actions that run after the body. Called by the greenlet itself only. */
  DeferredActions deferredActions() {
    return deferredActions;
  }

  /**
   * Returns the operations of the greenlet at its switch points. Called by the greenlet itself
   * only, except for the methods of the suspender that any thread may call.
   */
  Suspender suspender() {
    return suspender;
  }

  /** Returns the thread as which the greenlet runs for its whole life. */
  Thread thread() {
    return fiber.thread();
  }

  /** Ends the present or the next park. Any thread. */
  void unpark() {
    fiber.unpark();
  }

  // --- inspection -------------------------------------------------------------------------------

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
    this.name = Printable.of(name, Printable.MAX_LENGTH);
  }

  @Override
  public String kind() {
    return kind;
  }

  boolean isDaemon() {
    return daemon;
  }

  @Override
  public List<StackTraceElement> spawnedAt() {
    return spawnedAt;
  }

  @Override
  public Lane lane() {
    return scheduler().lane();
  }

  LaneScheduler scheduler() {
    return (LaneScheduler) fiber.home();
  }

  Timers timers() {
    return scheduler().timers();
  }

  /**
   * Returns the timers for deadlines: those of the shared lane in an {@link InterruptScope}, where
   * the hub may be blocked by the call that is to be interrupted.
   */
  Timers deadlineTimers() {
    return cancellation.escalation() == null
        ? timers()
        : environment.sharedLane().scheduler().timers();
  }

  /** Returns the view of the runtime that its greenlets have. Any thread. */
  TaskEnvironment environment() {
    return environment;
  }

  @Override
  public GreenletState greenletState() {
    Outcome<T> how = completion.peek();
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
      case RUNNING, DONE -> GreenletState.RUNNING; // done, and about to set the outcome
      case PARKED -> GreenletState.PARKED;
    };
  }

  @Override
  public @Nullable WaitReason waitingOn() {
    return suspender.waitReason();
  }

  @Override
  public Duration age() {
    long until = !isDone() ? environment.time().nanoTime() : endedNanos;
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
