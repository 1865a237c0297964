package dev.greenlet.bench;

import dev.greenlet.bench.app.BackendMain;
import dev.greenlet.bench.process.Child;
import dev.greenlet.bench.report.Workload;
import java.time.Duration;
import java.util.List;

/**
 * What the applications wait for: one database and one HTTP server, for all modes.
 *
 * @param process the process of both
 * @param databasePort the port of PostgreSQL
 * @param stubPort the port of the HTTP server
 */
record Backends(Child process, String databasePort, String stubPort) implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  static Backends start(Settings settings) {
    List<String> arguments = List.of(String.valueOf(Workload.STUB_MILLIS));
    Child process =
        Child.startJava("backends", settings.logs(), List.of(), BackendMain.class, arguments);
    String[] ports = process.receive(START).split(" ");
    return new Backends(process, ports[0], ports[1]);
  }

  @Override
  public void close() {
    process.close();
  }
}
