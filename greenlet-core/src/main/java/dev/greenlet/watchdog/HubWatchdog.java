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
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every hub of a runtime, from a thread of its own, and tells when a slice lasts longer
 * than a threshold: one event per incident, and one when it is over.
 *
 * <pre>{@code
 * try (HubWatchdog watchdog = new HubWatchdog(runtime, WatchdogOptions.defaults())) {
 *   watchdog.addListener(event -> alarm.raise(event.hub(), event.culprit()));
 *   watchdog.start();
 *   ...
 * }
 * }</pre>
 *
 * <p>Lanes with several carriers are watched as well: an event says that greenlets have been ready
 * for longer than the threshold while none of the carriers ended a slice.
 *
 * <p>It costs a hub nothing: the hub counts its slices anyway, and the watchdog compares what it
 * sees at two looks. A slice is told when it has been seen for as long as the threshold: never too
 * early, and half a threshold late at most, so that one just beyond the threshold may go unseen.
 *
 * <p>Thread-safe. Ends with {@link #close}, or by itself after the runtime.
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
   * Creates a watchdog that logs what it sees, see {@link HubListener#logging}.
   *
   * @param runtime whose hubs it looks at
   * @param options what it goes by
   */
  public HubWatchdog(GreenletRuntime runtime, WatchdogOptions options) {
    this.runtime = runtime;
    this.threshold = options.threshold();
    this.time = options.time();
    this.periodNanos = (Nanos.of(options.threshold()) + 1) / 2;
    this.waitsUnmount = runtime.engine().everyWaitSwitches();
    this.monitors =
        runtime.hubs().stream().map(hub -> new HubMonitor(hub, options, new Teller())).toList();
    this.laneMonitors =
        Stream.of(runtime.sharedLane(), runtime.offloadLane())
            .map(lane -> new LaneMonitor(lane, options, new LaneReporter()))
            .toList();
    this.listeners.add(HubListener.logging());
  }

  /**
   * Starts the watchdog's thread, a daemon. Without it, nothing happens but by {@link #tick}.
   *
   * @throws IllegalStateException if it was started or closed before
   */
  public synchronized void start() {
    if (thread != null || closed) {
      throw new IllegalStateException(
          "The watchdog of %s was %s before: make a new one"
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
   * Ends the watchdog without waiting: a look in progress goes on. Any thread, listeners included;
   * any number of times.
   */
  @Override
  public synchronized void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  /**
   * Whether the watchdog's thread runs.
   *
   * @return {@code false} before the start, and after the end
   */
  public boolean isRunning() {
    Thread watching = thread;
    return watching != null && watching.isAlive();
  }

  /**
   * Adds a listener, which hears of incidents that begin from now on.
   *
   * @param listener the listener
   */
  public void addListener(HubListener listener) {
    listeners.add(Objects.requireNonNull(listener, "'listener' must not be null"));
  }

  /**
   * Removes a listener, also the one that logs.
   *
   * @param listener the listener
   * @return whether there was such a one
   */
  public boolean removeListener(HubListener listener) {
    return listeners.remove(listener);
  }

  /**
   * Whether a hub was blocked at the last look, told or not.
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
        "'hub' must belong to %s, was %s of another one".formatted(runtime, hub));
  }

  /**
   * Looks at every lane once, and calls the listeners if there is something to tell. Done by the
   * watchdog's thread every half threshold; any other may do so too, a test for instance.
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

  private void tell(Consumer<HubListener> event) {
    for (HubListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException | Error failure) {
        logFailureOf(listener, failure);
      }
    }
  }

  private static void logFailureOf(HubListener listener, Throwable failure) {
    log("Listener '" + listener.getClass().getName() + "' of the watchdog failed", failure);
  }

  private static void log(String message, Throwable failure) {
    try {
      LOG.log(Level.WARNING, message, failure);
    } catch (Throwable loggersOwn) {
      // the watchdog is worth more than the line
    }
  }

  /** Makes events of what the monitors of lanes find. */
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
      tell(listener -> listener.starved(event));
      return event;
    }

    @Override
    public void recovered(LaneRecoveredEvent event) {
      tell(listener -> listener.recovered(event));
    }

    private List<String> occupantsOf(SharedLane lane) {
      return runtime.live().stream()
          .filter(greenlet -> greenlet.lane() == lane || !waitsUnmount)
          .filter(greenlet -> greenlet.greenletState() == GreenletState.RUNNING)
          .flatMap(LaneReporter::occupant)
          .limit(MAX_OCCUPANTS)
          .toList();
    }

    /** A greenlet without a stack has no carrier yet, whatever its state. */
    private static Stream<String> occupant(GreenletTask<?> greenlet) {
      StackTraceElement frame = HubBlockedEvent.frameOf(greenlet.stackTrace());
      return frame == null
          ? Stream.empty()
          : Stream.of("greenlet %d '%s' at %s".formatted(greenlet.id(), greenlet.name(), frame));
    }
  }

  /** Turns what a monitor finds into events. */
  private final class Teller implements HubMonitor.Reporter {
    @Override
    public HubBlockedEvent blocked(Hub hub, HubMonitor.Finding finding) {
      HubBlockedEvent event = event(hub, finding);
      tell(listener -> listener.blocked(event));
      return event;
    }

    @Override
    public void stillBlocked(Hub hub, HubMonitor.Finding finding) {
      HubBlockedEvent event = event(hub, finding);
      tell(listener -> listener.stillBlocked(event));
    }

    private HubBlockedEvent event(Hub hub, HubMonitor.Finding finding) {
      Slice slice = finding.slice();
      Thread.State state = slice.threadState();
      List<StackTraceElement> stack = isStackWanted() ? slice.stackTrace() : List.of();
      GreenletTask<?> greenlet = runtime.find(slice); // costs what lives, once per incident
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
      tell(listener -> listener.recovered(event));
    }
  }
}
