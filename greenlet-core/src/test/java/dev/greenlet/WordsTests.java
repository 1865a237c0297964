package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The glossary, for Javadoc, comments and string literals of main sources, and for pages. */
class WordsTests {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final int COLUMNS = 120;

  /** The main sources to check, as directories below the root of the repository. */
  private static final List<String> SOURCES =
      List.of(
          "greenlet-core/src/main/java",
          "greenlet-spring-boot-starter/src/main/java",
          "greenlet-spring-boot-starter/bench/src/main/java",
          "sample-app/src/main/java");

  /** Words and phrases that are not used, each with the words to use instead. */
  private static final Map<String, String> GLOSSARY = new LinkedHashMap<>();

  static {
    GLOSSARY.put("who|whom|whoever", "the caller, the greenlet, the waiter, the request");
    GLOSSARY.put("nobody|somebody|everybody", "no caller, another thread, all waiters");
    GLOSSARY.put("told|tell|tells|telling", "notify, report, show, distinguish");
    GLOSSARY.put("hear of|hears of|heard of", "receive, be notified of");
    GLOSSARY.put("for ever", "forever");
    GLOSSARY.put("go on|goes on|went on|going on", "continue, recover");
    GLOSSARY.put("cut short", "cancel");
    GLOSSARY.put("in line|stand in a line|stands in a line", "queued");
    GLOSSARY.put("can be had|could be had|to be had", "is available");
    GLOSSARY.put("has gone|is gone", "has disconnected, has ended");
  }

  @Test
  @DisplayName("main sources use the words of the glossary")
  void sources() throws IOException {
    List<String> found = new ArrayList<>();
    for (String directory : SOURCES) {
      List<Path> files;
      try (Stream<Path> all = Files.walk(ROOT.resolve(directory))) {
        files = all.filter(file -> file.toString().endsWith(".java")).sorted().toList();
      }
      assertThat(files).as("sources in %s", directory).isNotEmpty();
      for (Path file : files) {
        found.addAll(words(ROOT.relativize(file).toString(), proseOfJava(Files.readString(file))));
      }
    }

    assertThat(found).isEmpty();
  }

  @Test
  @DisplayName("pages use the words of the glossary, in lines of at most 120 columns")
  void pages() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : pagesOfTheProject()) {
      String page = ROOT.relativize(file).toString();
      String text = Files.readString(file);
      found.addAll(words(page, proseOfMarkdown(text)));
      found.addAll(longLines(page, text));
    }

    assertThat(found).isEmpty();
  }

  @Test
  @DisplayName("words are found in Javadoc, comments and literals, with file and line")
  void findsWordsInJava() {
    String source =
        """
        /** Waits for
         * ever, as {@code who} may say; {@linkplain #it who} waits. */
        class Told { // nobody else
          char quote = '"';
          String said = "a \\"b\\" goes "
              + "on";
          String block = \"""
              in line
              \""";
          String tell(int who) { return "nobody's"; }
        }
        """;

    assertThat(words("A.java", proseOfJava(source)))
        .extracting(line -> line.substring(0, line.indexOf(" (")))
        .containsExactlyInAnyOrder(
            "A.java:1: 'for ever'",
            "A.java:2: 'who'",
            "A.java:3: 'nobody'",
            "A.java:5: 'goes on'",
            "A.java:8: 'in line'",
            "A.java:10: 'nobody'");
  }

  @Test
  @DisplayName("words and long lines are found in pages, except in code and, if long, in tables")
  void findsWordsAndLongLinesInPages() {
    String wide = "x".repeat(COLUMNS);
    String page =
        """
        A line that `tell`s nothing, told twice.
        ```
        who %s
        ```
        | who | %s |
        %s and more
        """
            .formatted(wide, wide, wide);

    assertThat(words("a.md", proseOfMarkdown(page)))
        .extracting(line -> line.substring(0, line.indexOf(" (")))
        .containsExactlyInAnyOrder("a.md:1: 'told'", "a.md:5: 'who'");
    assertThat(longLines("a.md", page)).containsExactly("a.md:6: 129 columns, at most 120");
  }

  private static List<Path> pagesOfTheProject() throws IOException {
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    assertThat(pages).contains(ROOT.resolve("README.md"), ROOT.resolve("docs/promise.md"));
    return pages;
  }

  /** Finds the words of the glossary in prose, in which everything else is blank. */
  private static List<String> words(String file, String prose) {
    List<String> found = new ArrayList<>();
    GLOSSARY.forEach(
        (phrases, instead) -> {
          String gap = "[\\s*]+"; // a phrase may continue in the next line of a comment
          Matcher matcher =
              Pattern.compile("\\b(" + phrases.replace(" ", gap) + ")\\b", Pattern.CASE_INSENSITIVE)
                  .matcher(prose);
          while (matcher.find()) {
            found.add(
                "%s:%d: '%s' (use: %s)"
                    .formatted(
                        file,
                        lineOf(prose, matcher.start()),
                        matcher.group().replaceAll(gap, " "),
                        instead));
          }
        });
    return found;
  }

  private static long lineOf(String text, int position) {
    return 1 + text.substring(0, position).chars().filter(c -> c == '\n').count();
  }

  private static List<String> longLines(String page, String text) {
    List<String> found = new ArrayList<>();
    List<String> lines = blank(text, Pattern.compile("(?ms)^```.*?^```$")).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      int columns = lines.get(i).stripTrailing().length();
      if (columns > COLUMNS && !lines.get(i).startsWith("|")) {
        found.add("%s:%d: %d columns, at most %d".formatted(page, i + 1, columns, COLUMNS));
      }
    }
    return found;
  }

  private static String proseOfMarkdown(String text) {
    return blank(blank(text, Pattern.compile("(?ms)^```.*?^```$")), Pattern.compile("`[^`]*`"));
  }

  /** Blanks all but the comments and string literals, and code within comments. */
  private static String proseOfJava(String source) {
    Pattern tokens =
        Pattern.compile(
            "(?s)(?<prose>/\\*.*?\\*/|//[^\\n]*|\"\"\".*?(?<!\\\\)\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\")"
                + "|'(?:\\\\.|[^'\\\\])+'");
    StringBuilder prose = new StringBuilder(source.replaceAll("[^\\n]", " "));
    Matcher matcher = tokens.matcher(source);
    while (matcher.find()) {
      if (matcher.group("prose") != null) {
        prose.replace(matcher.start(), matcher.end(), matcher.group());
      }
    }
    String escapes = blank(prose.toString(), Pattern.compile("[\"+]|\\\\."));
    return blank(escapes, Pattern.compile("(?s)\\{@(?:code|link) [^}]*\\}"));
  }

  /** Replaces what a pattern matches by blanks, so that positions and lines stay the same. */
  private static String blank(String text, Pattern pattern) {
    return pattern.matcher(text).replaceAll(match -> match.group().replaceAll("[^\\n]", " "));
  }
}
