package dev.greenlet.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlDigestTests {

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '^',
      textBlock =
          """
          select 1                                   → select ?
          select -1.5e+10, x1 from t2                → select -?, x1 from t2
          select .5 + 0xFF                           → select ? + ?
          select * from t where a = 'O''Hara'        → select * from t where a = ?
          select * from t where a = 'c:\\d'||'x'     → select * from t where a = ?||?
          select * from t where a = 'c:\\' and b = 1 → select * from t where a = ?
          select 'it\\'s a secret' from t           → select ?
          select E'it\\'s', e'\\\\', b'01', X'1F'    → select ?
          select U&'d\\0061t' , N'x'                 → select ?
          select $$it's$$, $tag$a $$ b$tag$          → select ?
          select $1, ?, :name                        → select ?, :name
          select "Col_1", `x` from "T1"              → select "Col_1", `x` from "T1"
          select "a b", `x'y` from t where a = "@"   → select ? from t where a = ?
          select a /* secret /* nested */ 7 */ from t → select a from t
          select a -- secret                         → select a
          select * from t where id in (1, 2,3 , 'x') → select * from t where id in (?)
          select * from t where id in (?,?,?)        → select * from t where id in (?)
          insert into t values (1, 'a'), (2, 'b');   → insert into t values (?), (?)
          select  'unterminated secret               → select ?
          select $$unterminated secret               → select ?
          select /* unterminated secret              → select
          select a$b, c#1 from t                     → select a$b, c#1 from t
          select date '2026-01-01'                   → select date ?
          select 1::bigint, 'a'::text                → select ?::bigint, ?::text
          select a[1], f(2)                          → select a[?], f(?)
          select _utf8'secret'                       → select ?
          select a # secret                          → select a
          select a from t #secret                    → select a from t
          select a #>> '{b,c}' from t                → select a #>> ? from t
          select a from t where b = "secret"         → select a from t where b = ?
          select a from t where b in ("x", "secret") → select a from t where b in (?)
          select a from t where b like "secret"      → select a from t where b like ?
          select t."a" from "t" where "b" = 1        → select t."a" from "t" where "b" = ?
          """)
  void showsNoValue(String sql, String shape) {
    assertThat(SqlDigest.of(sql)).isEqualTo(shape);
  }

  @Test
  void foldsWhiteSpaceAndLineComments() {
    assertThat(SqlDigest.of("\n select a, -- the 'first'\n\t b\n from t \n"))
        .isEqualTo("select a, b from t");
  }

  @Test
  void noControlCharacterIsShown() {
    assertThat(SqlDigest.of("select \u001b[31m\u202e a\u0000b from t"))
        .isEqualTo("select ?[?? a?b from t");
  }

  @Test
  void randomTextForgesNoLineAndShowsNoValue() {
    String[] noise = {
      "\u001b[31m", "\u0000", "\u202e", "\u2066", "\ud83d", "\udeeb", "\u0085", "\n", "<b>", "x"
    };
    String[] hidden = {
      "'%s'",
      "/*%s*/",
      "-- %s\n",
      "# %s\n",
      "= \"%s\"",
      "in (\"%s\")",
      "$$%s$$",
      "E'%s'",
      "$t$%s$t$"
    };
    Random random = new Random(20_261_130);
    for (int i = 0; i < 10_000; i++) {
      StringBuilder sql = new StringBuilder("select a");
      for (int j = random.nextInt(6); j >= 0; j--) {
        String secret = "S3CRET" + noise[random.nextInt(noise.length)].replace("\n", "") + "S3CRET";
        sql.append(noise[random.nextInt(noise.length)])
            .append(' ')
            .append(hidden[random.nextInt(hidden.length)].formatted(secret))
            .append(' ');
      }

      assertThat(SqlDigest.of(sql.toString()))
          .as("%d: %s", i, sql)
          .doesNotContain("S3CRET")
          .matches("\\P{C}*");
    }
  }

  @Test
  void cutsLongText() {
    String shape = SqlDigest.of("select " + "column_name, ".repeat(1000));

    assertThat(shape).hasSize(200).startsWith("select column_name, column_name").endsWith("…");
  }

  @Test
  void acceptsAnyText() {
    for (String sql :
        new String[] {"", " ", "'", "$", "$$", "E'\\", "\"", "/*", "--", "1e", "U&'"}) {
      assertThat(SqlDigest.of(sql)).doesNotContain("null");
    }
  }

  @Test
  void digestsOfPreparedStatementsAreCachedInABoundedCache() {
    for (int i = 0; i < 5000; i++) {
      assertThat(SqlDigest.ofPrepared("select " + i)).isEqualTo("select ?");
    }
    assertThat(SqlDigest.ofPrepared("select a from t where b = ?"))
        .isSameAs(SqlDigest.ofPrepared("select a from t where b = ?"));
  }
}
