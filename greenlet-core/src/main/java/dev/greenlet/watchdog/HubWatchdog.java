package dev.greenlet.watchdog;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import dev.greenlet.Hub;
import dev.greenlet.ResilientLoop;
import dev.greenlet.SharedLane;
import dev.greenlet.Slice;
import dev.greenlet.schedule.TimeSource;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Watches the hubs of a runtime, from a thread of its own, and reports slices that last longer than
 * a threshold: one event per incident, and one when it is over.
 *
 * <pre>{@code
 * try (HubWatchdog watchdog = new HubWatchdog(runtime, WatchdogOptions.defaults())) {
 *   watchdog.addListener(event -> alarm.raise(event.hub(), event.culprit()));
 *   watchdog.start();
 *   ...
 * }
 * }</pre>
 *
 * <p>Lanes with several carriers are watched as well: an event reports that greenlets have been
 * ready for longer than the threshold while none of the carriers ended a slice.
 *
 * <p>Watching costs a hub nothing: the hub counts its slices anyway, and the watchdog compares the
 * counts of two looks. A slice is reported once it has been seen for as long as the threshold:
 * never too early, and at most half a threshold late, so that a slice just beyond the threshold may
 * go unnoticed.
 *
 * <p>Thread-safe: any thread may call every method. Ends with {@link #close}, or by itself after
 * the runtime.
 */
public final class HubWatchdog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(HubWatchdog.class.getName());

  private final GreenletRuntime runtime;
  private final Duration threshold;
  private final TimeSource time;
  private final long periodNanos;
  private final boolean waitsUnmount;
  private final List<HubMonitor> monitors;
  private final List<LaneMonitor> laneMonitors;
  private final List<HubListener> listeners = new CopyOnWriteArrayList<>();
  private final ReentrantLock looking = new ReentrantLock();

  private volatile @Nullable Thread thread;
  private volatile boolean closed;

  /**
   * Creates a watchdog that logs its reports, see {@link HubListener#logging}. Does not start it.
   *
   * @param runtime the runtime to watch
   * @param options threshold, limits and clock
   */
  public HubWatchdog(GreenletRuntime runtime, WatchdogOptions options) {
    this.runtime = runtime;
    this.threshold = options.threshold();
    this.time = options.time();
    this.periodNanos = (TimeUnit.NANOSECONDS.convert(options.threshold()) - 1) / 2 + 1;
    this.waitsUnmount = runtime.engine().everyWaitSwitches();
    this.monitors =
        runtime.hubs().stream()
            .map(hub -> new HubMonitor(hub, options, new HubReporter()))
            .toList();
    this.laneMonitors =
        Stream.of(runtime.sharedLane(), runtime.offloadLane())
            .map(lane -> new LaneMonitor(lane, options, new LaneReporter()))
            .toList();
    this.listeners.add(HubListener.logging());
  }

  /**
   * Starts the thread of the watchdog, a daemon. Without it, only {@link #tick} looks at the hubs.
   *
   * @throws IllegalStateException if it was started or closed before
   */
  public synchronized void start() {
    if (thread != null || closed) {
      throw new IllegalStateException(
          "The watchdog of %s was %s before: create another one"
              .formatted(runtime, closed ? "closed" : "started"));
    }
    ResilientLoop loop =
        new ResilientLoop(
            this::watchOnce,
            Duration.ofNanos(periodNanos),
            failure -> log("The watchdog failed to look at the hubs and continues", failure));
    Thread watching = Thread.ofPlatform().daemon().name("greenlet-watchdog").unstarted(loop);
    thread = watching;
    watching.start();
  }

  /**
   * Stops the watchdog without waiting: a look in progress completes. Any thread, listeners
   * included; any number of times.
   */
  @Override
  public synchronized void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  /**
   * Returns whether the thread of the watchdog runs. Any thread.
   *
   * @return {@code false} before the start, and after the end
   */
  public boolean isRunning() {
    Thread watching = thread;
    return watching != null && watching.isAlive();
  }

  /**
   * Adds a listener, which receives the incidents that begin from now on. Any thread.
   *
   * @param listener the listener
   */
  public void addListener(HubListener listener) {
    listeners.add(Objects.requireNonNull(listener, "'listener' must not be null"));
  }

  /**
   * Removes a listener, possibly the one that logs. Any thread.
   *
   * @param listener the listener
   * @return whether it was registered
   */
  public boolean removeListener(HubListener listener) {
    return listeners.remove(listener);
  }

  /**
   * Returns whether a hub was blocked at the last look, reported or not. Any thread.
   *
   * @param hub a hub of the runtime
   * @return whether its slice had lasted longer than the threshold
   * @throws IllegalArgumentException if the hub belongs to another runtime
   */
  public boolean isBlocked(Hub hub) {
    for (HubMonitor monitor : monitors) {
      if (monitor.watches(hub)) {
        return monitor.isBlocked();
      }
    }
    throw new IllegalArgumentException(
        "'hub' must belong to %s, was %s of another runtime".formatted(runtime, hub));
  }

  /**
   * Looks at every lane once, and calls the listeners if there is something to report. The thread
   * of the watchdog does so every half threshold; any other may do so as well, such as a test.
   * Waits for a look in progress; interrupts have no effect.
   */
  public void tick() {
    looking.lock();
    try {
      monitors.forEach(HubMonitor::look);
      laneMonitors.forEach(LaneMonitor::look);
    } finally {
      looking.unlock();
    }
  }

  private boolean watchOnce() {
    if (closed || monitors.stream().allMatch(HubMonitor::isOver)) {
      return false;
    }
    tick();
    time.park(periodNanos);
    return true;
  }

  private boolean isStackWanted() {
    for (HubListener listener : listeners) {
      try {
        if (listener.wantsStack()) {
          return true;
        }
      } catch (RuntimeException | Error failure) {
        logFailureOf(listener, failure);
      }
    }
    return false;
  }

  private void forEachListener(Consumer<HubListener> event) {
    for (HubListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException | Error failure) {
        logFailureOf(listener, failure);
      }
    }
  }

  private static void logFailureOf(HubListener listener, Throwable failure) {
    log("Watchdog listener '" + listener.getClass().getName() + "' threw an exception", failure);
  }

  private static void log(String message, Throwable failure) {
    try {
      LOG.log(Level.WARNING, message, failure);
    } catch (Throwable failureOfLogger) {
      // the watchdog must continue, even without the log line
    }
  }

  /** Creates events from the findings of the monitors of lanes. */
  private final class LaneReporter implements LaneMonitor.Reporter {
    private static final int MAX_OCCUPANTS = 5;

    @Override
    public LaneStarvedEvent starved(SharedLane lane, Duration duration, long suppressed) {
      LaneStarvedEvent event =
          new LaneStarvedEvent(
              lane.name(),
              lane.carriers(),
              !waitsUnmount,
              duration,
              threshold,
              occupantsOf(lane),
              suppressed);
      forEachListener(listener -> listener.starved(event));
      return event;
    }

    @Override
    public void recovered(LaneRecoveredEvent event) {
      forEachListener(listener -> listener.recovered(event));
    }

    private List<String> occupantsOf(SharedLane lane) {
      return runtime.live().stream()
          .filter(greenlet -> greenlet.lane() == lane || !waitsUnmount)
          .filter(greenlet -> greenlet.greenletState() == GreenletState.RUNNING)
          .flatMap(LaneReporter::occupant)
          .limit(MAX_OCCUPANTS)
          .toList();
    }

    /**
     * Returns nothing for a greenlet without a stack: it has no carrier yet, whatever its state.
     */
    private static Stream<String> occupant(GreenletTask<?> greenlet) {
      StackTraceElement frame = HubBlockedEvent.frameOf(greenlet.stackTrace());
      return frame == null
          ? Stream.empty()
          : Stream.of("greenlet %d '%s' at %s".formatted(greenlet.id(), greenlet.name(), frame));
    }
  }

  /** Creates events from the findings of the monitors of hubs. */
  private final class HubReporter implements HubMonitor.Reporter {
    @Override
    public HubBlockedEvent blocked(Hub hub, HubMonitor.Finding finding) {
      HubBlockedEvent event = event(hub, finding);
      forEachListener(listener -> listener.blocked(event));
      return event;
    }

    @Override
    public void stillBlocked(Hub hub, HubMonitor.Finding finding) {
      HubBlockedEvent event = event(hub, finding);
      forEachListener(listener -> listener.stillBlocked(event));
    }

    private HubBlockedEvent event(Hub hub, HubMonitor.Finding finding) {
      Slice slice = finding.slice();
      Thread.State state = slice.threadState();
      List<StackTraceElement> stack = isStackWanted() ? slice.stackTrace() : List.of();
      // Costs time in proportion to the number of greenlets, once per report.
      GreenletTask<?> greenlet = runtime.find(slice);
      return new HubBlockedEvent(
          hub.name(),
          greenlet == null ? OptionalLong.empty() : OptionalLong.of(greenlet.id()),
          greenlet == null ? slice.threadName() : greenlet.name(),
          Duration.ofNanos(finding.nanos()),
          threshold,
          Diagnosis.of(stack, state, waitsUnmount, finding.loadedClasses()),
          stack,
          finding.suppressed());
    }

    @Override
    public void recovered(HubBlockedEvent incident, long nanos) {
      HubRecoveredEvent event = new HubRecoveredEvent(incident, Duration.ofNanos(nanos));
      forEachListener(listener -> listener.recovered(event));
    }
  }
}
