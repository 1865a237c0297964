package dev.greenlet.spring.web;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Starts a class of these tests, which needs nothing but the JDK, in a process of its own. */
final class OtherJvm {
  private OtherJvm() {}

  static Process start(Class<?> main, String... arguments) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classes(main).toString(),
            main.getName());
    return new ProcessBuilder(Stream.concat(command.stream(), Stream.of(arguments)).toList())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static Path classes(Class<?> main) {
    try {
      return Path.of(main.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
