package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The table of the eighty behaviours in the documentation says the truth. */
class RawEntriesTests {
  private static final Path TABLE = Path.of("..", "docs", "raw-greenlets.md");
  private static final Pattern ROW = Pattern.compile("\\| (\\d\\d) \\|.*\\| (.*) \\|");
  private static final Pattern REFERENCE = Pattern.compile("`(\\w+)#(\\w+)`");

  @Test
  void tableListsEveryEntryWithItsTestsOrTheReasonWhyThereIsNone() throws Exception {
    List<String> numbers = new ArrayList<>();
    for (String line : Files.readAllLines(TABLE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        numbers.add(row.group(1));
        checkTests(row.group(1), row.group(2));
      }
    }

    assertThat(numbers)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, 80).mapToObj("%02d"::formatted).toList());
  }

  private static void checkTests(String number, String tests) throws Exception {
    if (tests.startsWith("cannot apply: ")) {
      return;
    }
    Matcher reference = REFERENCE.matcher(tests);
    assertThat(reference.find()).as("row %s refers to a test: %s", number, tests).isTrue();
    do {
      Class<?> type =
          Class.forName(RawEntriesTests.class.getPackageName() + "." + reference.group(1));
      Method method = type.getDeclaredMethod(reference.group(2));
      assertThat(method.getAnnotation(Test.class)).as("@Test of %s", method).isNotNull();
      assertThat(method.getAnnotation(DisplayName.class).value()).startsWith(number + " ");
    } while (reference.find());
  }

  @Test
  void everyNumberedTestIsInTheTable() throws IOException {
    String table = Files.readString(TABLE);

    for (Class<?> topic :
        List.of(
            RawSwitchingTests.class,
            RawReentrancyTests.class,
            RawGeneratorTests.class,
            RawThrowTests.class,
            RawParentTests.class,
            RawThreadTests.class,
            RawStateTests.class,
            RawPinnedTests.class,
            RawTraceTests.class,
            RawContextTests.class,
            RawClosingTests.class,
            RawCollectionTests.class,
            RawShutdownTests.class)) {
      for (Method method : topic.getDeclaredMethods()) {
        DisplayName name = method.getAnnotation(DisplayName.class);
        if (name != null && Character.isDigit(name.value().charAt(0))) {
          assertThat(table).contains("`%s#%s`".formatted(topic.getSimpleName(), method.getName()));
        }
      }
    }
  }
}
