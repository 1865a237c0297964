package dev.greenlet.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Starts a program of the tests in a JVM of its own.
 *
 * @param classPath as the JVM takes it
 * @param options of the JVM
 * @param program the class with the {@code main} method
 * @param arguments of the program
 */
public record JavaCommand(
    String classPath, List<String> options, Class<?> program, List<String> arguments) {
  private static final List<String> ADD_OPENS =
      List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED");

  /** Returns the command that starts a program with the class path of the tests. */
  public static JavaCommand of(Class<?> program) {
    return new JavaCommand(System.getProperty("java.class.path"), List.of(), program, List.of());
  }

  /** Returns the same command with another class path. */
  public JavaCommand onClassPath(String other) {
    return new JavaCommand(other, options, program, arguments);
  }

  /** Returns the same command with what the native engine needs. */
  public JavaCommand withAddOpens() {
    return withOptions(ADD_OPENS);
  }

  /** Returns the same command with more options. */
  public JavaCommand withOptions(List<String> more) {
    return new JavaCommand(classPath, joined(options, more), program, arguments);
  }

  /** Returns the same command with more arguments. */
  public JavaCommand withArguments(List<String> more) {
    return new JavaCommand(classPath, options, program, joined(arguments, more));
  }

  /** Returns what starts it; output and errors are one stream, unless the caller parts them. */
  public ProcessBuilder toProcess() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, program.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectErrorStream(true);
  }

  private static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
