package dev.greenlet.spring.waits;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A table of docs/waits.md that is measured by the build. */
enum MeasuredPage {
  WAITS("measured"),
  HELD_WAITS("measured while holding");

  private static final Path PAGE = Path.of("..", "docs", "waits.md");

  private final String begin;
  private final String end;

  MeasuredPage(String mark) {
    begin = "<!-- %s: begin -->\n".formatted(mark);
    end = "<!-- %s: end -->\n".formatted(mark);
  }

  /** Compares the table, or writes it if {@code -Dgreenlet.waits.write=true} asks for that. */
  void compare(String table) throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(begin) + begin.length();
    int to = page.indexOf(end);
    assertThat(to).as("%s marks the place of the table", PAGE).isGreaterThanOrEqualTo(from);
    if (Boolean.getBoolean("greenlet.waits.write")) {
      Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
    } else {
      assertThat(page.substring(from, to))
          .as("the table of %s; write it with -Dgreenlet.waits.write=true", PAGE)
          .isEqualTo(table);
    }
  }
}
