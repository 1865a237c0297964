package dev.greenlet.bench;

import dev.greenlet.bench.app.ServerMain;
import dev.greenlet.bench.load.Driver;
import dev.greenlet.bench.load.Load;
import dev.greenlet.bench.load.Target;
import dev.greenlet.bench.process.Child;
import dev.greenlet.bench.report.Contender;
import dev.greenlet.bench.report.Sample;
import dev.greenlet.bench.report.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The process of one contender, and one workload for it. */
final class Server implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(300);
  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final Duration BURST = Duration.ofSeconds(1);

  /** The same for all modes; the heap is enough for each workload, and for all modes at once. */
  private static final List<String> JVM_OPTIONS =
      List.of("-Xms512m", "-Xmx512m", "--add-opens", "java.base/java.lang=ALL-UNNAMED");

  private final Contender contender;
  private final Workload workload;
  private final Child process;
  private int port;

  private Server(Contender contender, Workload workload, Child process) {
    this.contender = contender;
    this.workload = workload;
    this.process = process;
  }

  /** Starts the process, and does not wait for it. */
  static Server start(
      Contender contender, Workload workload, Backends backends, Settings settings) {
    List<String> options = new ArrayList<>(JVM_OPTIONS);
    options.addAll(settings.jvmOptions());
    List<String> arguments =
        List.of(contender.mode().name(), backends.databasePort(), backends.stubPort());
    return new Server(
        contender,
        workload,
        Child.startJava(
            contender.id(),
            settings.logs(),
            settings.classPath(contender.build()),
            options,
            ServerMain.class,
            arguments));
  }

  /** Waits until the server has started; to be called once, before it is used. */
  void awaitStart() {
    port = Integer.parseInt(process.receive(START));
  }

  Contender contender() {
    return contender;
  }

  /** Sends requests until the server is warm, or the time is up; returns whether it is warm. */
  boolean warmUp(Driver driver, Duration limit) {
    WarmUp warmUp = new WarmUp();
    for (int burst = 1; burst <= limit.dividedBy(BURST); burst++) {
      Load load = driver.drive(target(), Duration.ZERO, BURST, Driver.Window.UNOBSERVED);
      if (warmUp.isOverAfter(load.perSecond(), compilationMillis())) {
        return true;
      }
    }
    return false;
  }

  /** Measures one window. */
  Sample measure(Driver driver, Duration lead, Duration time) {
    UsageWindow usage = new UsageWindow(process.pid());
    Load load = driver.drive(target(), lead, time, usage);
    return Sample.of(load, usage.before(), usage.after());
  }

  private Target target() {
    return new Target(port, workload.path(), workload.connections());
  }

  private long compilationMillis() {
    process.send("compilation");
    return Long.parseLong(process.receive(ANSWER));
  }

  @Override
  public void close() {
    process.close();
  }
}
