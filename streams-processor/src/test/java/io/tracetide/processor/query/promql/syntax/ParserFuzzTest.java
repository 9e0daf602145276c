package io.tracetide.processor.query.promql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Any text is parsed, or rejected with the error of queries. */
class ParserFuzzTest {
  private static final SyntaxLimits LIMITS = SyntaxLimits.defaults();

  private static final List<String> PIECES =
      List.of(
          "sum",
          "by",
          "without",
          "topk",
          "rate",
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          ",",
          "5m",
          "1h30m",
          "offset",
          "@",
          ":",
          "=",
          "==",
          "=~",
          "!~",
          "!=",
          "<",
          ">=",
          "+",
          "-",
          "*",
          "/",
          "%",
          "^",
          "and",
          "or",
          "unless",
          "on",
          "ignoring",
          "group_left",
          "bool",
          "calls_total",
          "le",
          "1",
          "0.5",
          "1e3",
          "0x1f",
          "inf",
          "'a'",
          "\"(.*)\"",
          "`b`",
          "'\\",
          "#",
          "\n",
          " ",
          "histogram_quantile",
          "label_replace",
          "é",
          "\u0000",
          "__name__",
          "time",
          "scalar");

  @Property(tries = 4_000)
  void shouldParseOrRejectWords(@ForAll("words") String query) {
    parses(query);
  }

  @Property(tries = 2_000)
  void shouldParseOrRejectAnyText(@ForAll String query) {
    parses(query);
  }

  @Test
  void shouldParseOrRejectLongQueriesInLittleTime() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          for (String piece : PIECES) {
            parses(piece.repeat(LIMITS.length() / piece.length()));
            parses((piece + " ").repeat(LIMITS.length() / (piece.length() + 1)));
          }
        });
  }

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.of(PIECES).list().ofMaxSize(30).map(pieces -> String.join(" ", pieces));
  }

  private static boolean parses(String query) {
    try {
      return Parser.parse(query, LIMITS) != null;
    } catch (PromqlException e) {
      assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(1_000);
      return false;
    }
  }
}
