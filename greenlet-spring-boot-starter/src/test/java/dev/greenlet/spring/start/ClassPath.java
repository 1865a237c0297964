package dev.greenlet.spring.start;

import dev.greenlet.spring.web.OwnJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of the class path of the tests that an application of some kind has: the classes of the
 * project and the jars of these artifacts, without any other.
 */
record ClassPath(List<String> artifacts) {
  private static final Pattern VERSION = Pattern.compile("-\\d[^/]*\\.jar");

  /** What an application has that has no dependency but Boot's plainest starter and this one. */
  static final ClassPath PLAIN =
      new ClassPath(
          List.of(
              "commons-logging",
              "context-propagation",
              "datasource-proxy",
              "greenlet-core", // a jar once it is packaged
              "jakarta.annotation-api",
              "jctools-core",
              "jspecify",
              "jul-to-slf4j",
              "log4j-api",
              "log4j-to-slf4j",
              "logback-classic",
              "logback-core",
              "micrometer-commons",
              "micrometer-observation",
              "reactive-streams",
              "slf4j-api",
              "snakeyaml",
              "spring-aop",
              "spring-beans",
              "spring-boot",
              "spring-boot-autoconfigure",
              "spring-context",
              "spring-core",
              "spring-expression"));

  /** The same and more. */
  ClassPath with(String... more) {
    return new ClassPath(Stream.concat(artifacts.stream(), Stream.of(more)).toList());
  }

  /** As the JVM takes it. */
  private String value() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> Files.isDirectory(Path.of(entry)) || isJar(Path.of(entry)))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private boolean isJar(Path entry) {
    String name = entry.getFileName().toString();
    return artifacts.contains(VERSION.matcher(name).replaceFirst(""));
  }

  /** Starts a JVM with it, whose output and errors are one stream. */
  Process start(Class<?> main, List<String> arguments) throws IOException {
    return OwnJvm.command(main)
        .onClassPath(value())
        .withOptions(List.of("--enable-native-access=ALL-UNNAMED")) // Netty would ask for it
        .withArguments(List.of("--logging.pattern.console=%level %logger: %msg%n"))
        .withArguments(arguments)
        .toProcess()
        .start();
  }
}
