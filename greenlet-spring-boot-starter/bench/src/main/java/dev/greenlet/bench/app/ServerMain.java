package dev.greenlet.bench.app;

import dev.greenlet.bench.process.Control;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

/**
 * The process of one mode. Says its port, then answers each line with the time that its compilers
 * have worked so far, in milliseconds.
 */
public final class ServerMain {
  static final String STUB = "bench.stub";

  private ServerMain() {}

  /** Starts the application: mode, port of the database, port of the stub. */
  public static void main(String[] arguments) throws Exception {
    Control control = Control.take();
    Mode mode = Mode.valueOf(arguments[0]);
    var context =
        new SpringApplicationBuilder(mode.stack().application(), mode.controller())
            .properties(properties(mode, arguments[1], arguments[2]).toArray(String[]::new))
            .run();
    int port =
        Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer()).getPort();
    CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
    control.serve(String.valueOf(port), _ -> String.valueOf(compilers.getTotalCompilationTime()));
    Runtime.getRuntime().halt(0); // without the time of an orderly stop
  }

  private static List<String> properties(Mode mode, String database, String stub) {
    return Stream.of(
            List.of(
                "server.port=0",
                "spring.main.banner-mode=off",
                "spring.datasource.url=jdbc:postgresql://localhost:" + database + "/postgres",
                "spring.datasource.username=postgres",
                "spring.r2dbc.url=r2dbc:postgresql://localhost:" + database + "/postgres",
                "spring.r2dbc.username=postgres",
                STUB + "=http://localhost:" + stub),
            mode.stack().properties(),
            mode.properties())
        .flatMap(List::stream)
        .toList();
  }
}
