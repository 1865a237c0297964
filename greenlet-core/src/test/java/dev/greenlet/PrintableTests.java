package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTests {

  @Test
  void whatIsFitToBeShownIsReturnedAsItIs() {
    String plain = "GET /flights/1";
    String others = "Zürich → 東京 \uD83D\uDEEB";

    assertThat(Printable.of(plain)).isSameAs(plain);
    assertThat(Printable.of(others)).isEqualTo(others);
  }

  @Test
  void whatForgesLinesOrDirectionsIsReplaced() {
    assertThat(Printable.of("a\n#99 GET /forged")).isEqualTo("a?#99 GET /forged");
    assertThat(Printable.of("a\r\nb\tc\0d")).isEqualTo("a??b?c?d");
    assertThat(Printable.of("\u001b[31mred")).isEqualTo("?[31mred");
    assertThat(Printable.of("\u009b31mred")).isEqualTo("?31mred");
    assertThat(Printable.of("a\u2028b\u2029c\u0085d")).isEqualTo("a?b?c?d");
    assertThat(Printable.of("a\u202egpj.exe")).isEqualTo("a?gpj.exe");
    assertThat(Printable.of("a\u2066b\u2069c\u200fd\ufeffe")).isEqualTo("a?b?c?d?e");
    assertThat(Printable.of("a\ud83db\udeebc")).isEqualTo("a?b?c");
  }

  @Test
  void whatIsLongIsCutBetweenTwoCharacters() {
    assertThat(Printable.of("abcde", 5)).isEqualTo("abcde");
    assertThat(Printable.of("abcdef", 5)).isEqualTo("abcd…");
    assertThat(Printable.of("abc\uD83D\uDEEBdef", 5)).isEqualTo("abc…");
  }

  @ParameterizedTest
  @CsvSource({
    "/flights/1, /flights/1",
    "/flights/1/quotes;jsessionid=SECRET, /flights/1/quotes",
    "/a;v=1/b;w=2/c, /a/b/c",
    "/a%3bjsessionid=SECRET/b, /a/b",
    "/a%3Bv/b%20c, /a/b%20c",
  })
  void pathsAreShownWithoutTheirParameters(String path, String shown) {
    assertThat(Printable.path(path)).isEqualTo(shown);
  }
}
