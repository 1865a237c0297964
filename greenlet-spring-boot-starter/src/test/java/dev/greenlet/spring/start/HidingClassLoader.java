package dev.greenlet.spring.start;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.test.context.FilteredClassLoader;

/**
 * Hides packages, also from the classes that would be linked against them: the starter's own and
 * the conditions of Boot are its own copies.
 */
final class HidingClassLoader extends FilteredClassLoader {
  private static final String CONDITIONS = "org.springframework.boot.autoconfigure.condition.";

  /** The types that conditions and the rest of Boot exchange. */
  private static final List<String> SHARED =
      Stream.of("ConditionEvaluationReport", "ConditionMessage", "ConditionOutcome")
          .map(CONDITIONS::concat)
          .toList();

  HidingClassLoader(List<String> packages) {
    super(packages.toArray(String[]::new));
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!isCopied(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? copy(name) : loaded;
    }
  }

  private static boolean isCopied(String name) {
    return name.startsWith("dev.greenlet.spring.")
        || name.startsWith(CONDITIONS) && SHARED.stream().noneMatch(name::startsWith);
  }

  private Class<?> copy(String name) throws ClassNotFoundException {
    try (InputStream code = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (code == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = code.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
