package dev.greenlet.bench;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.Greenlet;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A directory with another commit of the project, compiled.
 *
 * @param directory the root of the project
 */
record Checkout(Path directory) {

  Checkout {
    for (String module : modules().values()) {
      if (!Files.isDirectory(classes(directory, module))) {
        throw new IllegalArgumentException(
            "'bench.before' must be a checkout that './mvnw -DskipTests package' has built, but there is no %s"
                .formatted(classes(directory, module)));
      }
    }
  }

  /** Returns the class path of this JVM with the library of the checkout. */
  String classPath() {
    Map<Path, String> ours = modules();
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .map(entry -> ours.containsKey(entry) ? classes(directory, ours.get(entry)) : entry)
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Where the classes of the library come from in this JVM, and the modules they belong to. */
  private static Map<Path, String> modules() {
    return Map.of(
        source(GreenletRuntime.class), "greenlet-core",
        source(Greenlet.class), "greenlet-spring-boot-starter");
  }

  private static Path source(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  private static Path classes(Path directory, String module) {
    return directory.resolve(module).resolve("target").resolve("classes");
  }
}
