package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.http.ProblemDetail;

/** The problems, whose types and titles are stable. */
class ProblemTests {
  @Test
  void thePageDocumentsEachTypeWithItsStatusAndTitle() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "requests.md"));
    List<String> rows =
        Pattern.compile("^\\| `urn:[^|]*\\|[^|]*\\|[^|]*\\|", Pattern.MULTILINE)
            .matcher(page)
            .results()
            .map(row -> row.group())
            .toList();

    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Problem.values())
                .map(problem -> row(problem.with("The detail.")))
                .toList());
  }

  private static String row(ProblemDetail problem) {
    return "| `%s` | %d | %s |"
        .formatted(problem.getType(), problem.getStatus(), problem.getTitle());
  }
}
