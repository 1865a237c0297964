package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The behaviours of gevent that are worth having carry their numbers in the display names of the
 * tests that show them.
 */
class TaskEntriesTests {
  private static final Path TESTS = Path.of("src/test/java");
  private static final Pattern NAME = Pattern.compile("\"(2\\.2/(\\d\\d) [^\"]*)\"");

  @Test
  void everyEntryHasATest() throws IOException {
    SortedSet<Integer> shown = new TreeSet<>();
    names().forEach(name -> shown.add(Integer.parseInt(name.group(2))));

    assertThat(shown).containsExactlyElementsOf(IntStream.rangeClosed(1, 60).boxed().toList());
  }

  @Test
  void thereAreManyBehaviours() throws IOException {
    List<String> names = names().map(name -> name.group(1)).distinct().toList();

    assertThat(names).hasSizeGreaterThan(150);
  }

  private static Stream<MatchResult> names() throws IOException {
    try (Stream<Path> files = Files.walk(TESTS)) {
      List<String> texts =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(TaskEntriesTests::read)
              .toList();
      return texts.stream().flatMap(text -> NAME.matcher(text).results());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
