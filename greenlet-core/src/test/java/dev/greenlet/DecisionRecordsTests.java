package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the layout of the decision records in docs/adr, and their index. */
class DecisionRecordsTests {
  private static final Path DIRECTORY = Path.of("..", "docs", "adr");
  private static final Path INDEX = DIRECTORY.resolve("README.md");

  private static final Pattern HEAD =
      Pattern.compile(
          """
          # (?<number>[1-9]\\d*)\\. (?<title>\\S.*)

          Date: (?<date>\\d{4}-\\d{2}-\\d{2})

          Status: (?<status>Accepted|Superseded by \\[\\d+]\\((?<successor>\\d{4}-[\\w-]+\\.md)\\))

          """);

  @ParameterizedTest
  @MethodSource("records")
  void recordHasTheOneLayout(Path file) throws IOException {
    String text = Files.readString(file);
    Matcher head = headOf(text);
    assertThat(file.getFileName().toString())
        .matches("%04d-[a-z0-9-]+\\.md".formatted(Integer.valueOf(head.group("number"))));
    if (head.group("successor") != null) {
      assertThat(DIRECTORY.resolve(head.group("successor"))).exists();
    }
    assertThat(text.substring(head.end()).lines().filter(line -> line.startsWith("## ")))
        .containsExactly("## Context", "## Decision", "## Consequences");
  }

  @Test
  void indexListsEveryRecordInOrder() throws IOException {
    List<String> rows = records().map(DecisionRecordsTests::row).toList();
    assertThat(Files.readAllLines(INDEX).stream().filter(line -> line.matches("\\| \\d.*")))
        .containsExactlyElementsOf(rows);
  }

  @Test
  void indexNamesTheNumbersThatWereNeverUsed() throws IOException {
    List<Integer> used = records().map(DecisionRecordsTests::number).toList();
    assertThat(used).doesNotHaveDuplicates().doesNotContain(6, 7, 8, 9, 15, 29);
    assertThat(used).hasSize(used.getLast() - 6);
    assertThat(Files.readString(INDEX)).contains("6 to 9, 15 and 29 were never used");
  }

  static Stream<Path> records() {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.filter(file -> !file.equals(INDEX)).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int number(Path file) {
    return Integer.parseInt(file.getFileName().toString().substring(0, 4));
  }

  private static String row(Path file) {
    try {
      Matcher head = headOf(Files.readString(file));
      return "| %s | [%s](%s) | %s | %s |"
          .formatted(
              head.group("number"),
              head.group("title"),
              file.getFileName(),
              head.group("date"),
              head.group("status"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Matcher headOf(String text) {
    Matcher head = HEAD.matcher(text);
    assertThat(head.lookingAt()).as("number, title, date and status").isTrue();
    return head;
  }
}
