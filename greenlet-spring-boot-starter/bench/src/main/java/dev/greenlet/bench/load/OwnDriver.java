package dev.greenlet.bench.load;

import dev.greenlet.bench.process.Child;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** The driver of this package: {@link LoadMain} in a JVM that stays for the whole run. */
final class OwnDriver implements Driver {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration START = Duration.ofSeconds(60);

  private final Child process;

  OwnDriver(Path logs) {
    process = Child.startJava("driver", logs, List.of(), LoadMain.class, List.of());
    process.receive(START);
  }

  @Override
  public String describe() {
    return "own driver, %d threads".formatted(LoadMain.THREADS);
  }

  @Override
  public Load drive(Target target, Duration lead, Duration time, Window window) {
    process.send(JSON.writeValueAsString(new LoadMain.Order(target, lead, time)));
    process.receive(lead.plus(START));
    window.begin();
    process.receive(time.plus(START));
    window.end();
    return JSON.readValue(process.receive(START), Load.class);
  }

  @Override
  public void close() {
    process.close();
  }
}
