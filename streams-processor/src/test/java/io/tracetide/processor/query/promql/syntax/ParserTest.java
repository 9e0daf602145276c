package io.tracetide.processor.query.promql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.query.promql.syntax.Expr.Aggregation;
import io.tracetide.processor.query.promql.syntax.Expr.Binary;
import io.tracetide.processor.query.promql.syntax.Expr.Call;
import io.tracetide.processor.query.promql.syntax.Expr.InstantSelector;
import io.tracetide.processor.query.promql.syntax.Expr.Negation;
import io.tracetide.processor.query.promql.syntax.Expr.NumberLiteral;
import io.tracetide.processor.query.promql.syntax.Expr.RangeSelector;
import io.tracetide.processor.query.promql.syntax.Expr.StringLiteral;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParserTest {
  private static final SyntaxLimits LIMITS = SyntaxLimits.defaults();

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '\0',
      value = {
        "calls                             => calls",
        "calls{}                           => calls",
        "calls{a=\"1\",b!='2',}            => calls a=1 b!=2",
        "{__name__=\"calls\"}              => calls",
        "a:b:c{x=~\"(a|b)+\",y!~`\\d`}     => a:b:c x=~(a|b)+ y!~\\d",
        "calls offset 1h30m                => calls @-5400000",
        "calls OFFSET -5s                  => calls @5000",
        "rate(calls[1d2h3m4s5ms])          => rate(calls[93784005])",
        "rate(calls[5m] offset 1w)         => rate(calls @-604800000[300000])",
        "1 + 2 * 3                         => (1.0 + (2.0 * 3.0))",
        "1 - 2 - 3                         => ((1.0 - 2.0) - 3.0)",
        "2 ^ 3 ^ 2                         => (2.0 ^ (3.0 ^ 2.0))",
        "-2 ^ 2                            => -((2.0 ^ 2.0))",
        "-a * b                            => (-(a) * b)",
        "+a                                => a",
        "--1                               => 1.0",
        "a or b and c                      => (a or (b and c))",
        "a unless b or c                   => ((a unless b) or c)",
        "a > b + 1                         => (a > (b + 1.0))",
        "a == bool 1                       => (a ==bool 1.0)",
        "(a)                               => a",
        "sum(a)                            => sum by [](a)",
        "SUM BY (x,y,) (a)                 => sum by [x, y](a)",
        "sum(a) without (x)                => sum without [x](a)",
        "topk(3, a) by (x)                 => topk by [x](3.0, a)",
        "a * on (x) group_left (y) b       => (a * on [x] LEFT [y] b)",
        "a / ignoring (x, z) b             => (a / ignoring [x, z] b)",
        "a * on () group_right () b        => (a * on [] RIGHT [] b)",
        "histogram_quantile(.5, a)         => histogram_quantile(0.5, a)",
        "label_replace(a, 'x', '$1', 'y', '(.*)') => label_replace(a, 'x', '$1', 'y', '(.*)')",
        "time() # to the end of the line   => time()",
        "0x1F                              => 31.0",
        "1e3                               => 1000.0",
        "1.5E-1                            => 0.15",
        "Inf                               => Infinity",
        "nan                               => NaN",
        "'it\\'s \\u00e9 \\x41\\101'       => 'it's é AA'",
        "sum                               => sum",
        "by                                => by",
        "rate                              => rate",
        "offset                            => offset",
      })
  void shouldParse(String query, String expected) {
    assertThat(shown(Parser.parse(query.strip(), LIMITS))).isEqualTo(expected.strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '\0',
      value = {
        "a b               => unexpected 'b' at position 3",
        "a{                => expected a label",
        "a{x}              => expected one of =, !=, =~, !~",
        "a{x=1}            => expected a string",
        "a{x=\"1\" y=\"2\"} => '}' after the matchers",
        "a{a:b=\"1\"}      => 'a:b' at position 3 is not the name of a label",
        "a{x=~\"(\"}       => invalid regular expression '('",
        "a{x=~\"(?=a)\"}   => no look-around",
        "a{x=~\"(a{1000}){1000}\"} => at most 2000 instructions",
        "{x=\"\"}          => needs a name",
        "{x=~\".*\"}       => needs a name",
        "a{__name__=\"b\"} => two names",
        "{\"a.b\"}         => quoted names",
        "'abc              => has no end",
        "'a\\q'            => unknown escape",
        "'\\xff'           => unknown escape",
        "'\\ud800'         => unknown escape",
        "a $ b             => unexpected character '$' at position 3",
        "1x                => neither a number nor a duration",
        "1.2.3             => neither a number nor a duration",
        "5m                => unexpected duration",
        "rate(a)           => rate takes a range vector here, and not an instant vector",
        "rate(a[5m], 1)    => rate takes 1 arguments, got 2",
        "rate(a[0s])       => longer than 0",
        "rate(a[5])        => expected a range such as 5m",
        "rate(a[5m5h])     => neither a number nor a duration",
        "rate(a[200y])     => longer than 100 years",
        "rate((a)[5m])     => subqueries",
        "a[5m:1m]          => subqueries",
        "a offset 5m[5m]   => subqueries",
        "a @ 5             => modifier @",
        "sum(a, b)         => sum takes one vector, got 2 arguments",
        "sum(1)            => sum takes an instant vector here, and not a scalar",
        "topk(a, a)        => topk takes a scalar here, and not an instant vector",
        "sum by (1) (a)    => a label in the list of by",
        "median(a)         => function 'median' is not supported. Supported aggregations: sum, avg",
        "median by (x) (a) => aggregation 'median' is not supported",
        "a and 1           => needs an instant vector on both sides",
        "1 == 2            => needs 'bool'",
        "a + bool b        => 'bool' follows a comparison",
        "1 + on(x) a       => on and ignoring need an instant vector",
        "a and on(x) group_left b => does not take group_left",
        "a * on(x) group_left(x) b => in both on and group_left",
        "'a' + 1           => and not a string",
        "-'a'              => a sign needs",
        "a[5m] + 1         => and not a range vector",
        "a atan2 b         => atan2",
        ")                 => expected an expression",
        "(a                => ')' after the expression",
      })
  void shouldSayWhatIsWrong(String query, String message) {
    assertThatThrownBy(() -> Parser.parse(query.strip(), LIMITS))
        .isInstanceOfSatisfying(
            PromqlException.class,
            e -> assertThat(e.kind()).isEqualTo(PromqlException.Kind.BAD_DATA))
        .hasMessageContaining(message.strip());
  }

  @Test
  void shouldBoundTheSizeOfQueries() {
    assertThatThrownBy(() -> Parser.parse("1".repeat(10_001), LIMITS))
        .hasMessageContaining("10000 characters");
    assertThatThrownBy(() -> Parser.parse("(".repeat(200) + "1" + ")".repeat(200), LIMITS))
        .hasMessageContaining("50 levels");
    assertThatThrownBy(() -> Parser.parse("-".repeat(9_000) + "1", LIMITS))
        .hasMessageContaining("50 levels");
    assertThatThrownBy(() -> Parser.parse("1" + "+1".repeat(400), LIMITS))
        .hasMessageContaining("300 expressions");
    assertThatThrownBy(() -> Parser.parse("a{" + "b=\"1\",".repeat(101) + "}", LIMITS))
        .hasMessageContaining("100 matchers");
    assertThatThrownBy(() -> Parser.parse("1e" + "9".repeat(200), LIMITS))
        .isInstanceOf(PromqlException.class);
  }

  @Test
  void shouldRejectAnEmptyQuery() {
    assertThatThrownBy(() -> Parser.parse(" \n# nothing", LIMITS))
        .hasMessageContaining("unexpected the end of the query");
  }

  @Test
  void shouldAcceptSelectorsAsMatchOnly() {
    assertThat(Parser.selector("a{b=\"c\"}", LIMITS)).hasSize(2);
    for (String other : new String[] {"a[5m]", "a offset 5m", "sum(a)", "1"}) {
      assertThatThrownBy(() -> Parser.selector(other, LIMITS))
          .hasMessageContaining("is not a selector");
    }
  }

  @Test
  void shouldKnowTheValuesThatAMatcherAccepts() {
    assertThat(only("a{x=\"b\"}")).contains(Set.of("b"));
    assertThat(only("a{x=~\"b|c\\\\.d|\"}")).contains(Set.of("b", "c.d", ""));
    assertThat(only("a{x=~\"b.\"}")).isEmpty();
    assertThat(only("a{x=~\"\\\\d\"}")).isEmpty();
    assertThat(only("a{x!=\"b\"}")).isEmpty();
  }

  private static Optional<Set<String>> only(String selector) {
    return Parser.selector(selector, LIMITS).get(1).onlyValues();
  }

  private static String shown(Expr expr) {
    if (expr instanceof NumberLiteral number) {
      return Double.toString(number.value());
    }
    if (expr instanceof StringLiteral text) {
      return "'" + text.value() + "'";
    }
    if (expr instanceof Negation negation) {
      return "-(" + shown(negation.of()) + ")";
    }
    if (expr instanceof InstantSelector selector) {
      return selector.matchers().stream()
              .map(m -> m.toString().replace("__name__=", "").replace("\"", ""))
              .collect(Collectors.joining(" "))
          + (selector.offsetMs() == 0 ? "" : " @" + -selector.offsetMs());
    }
    if (expr instanceof RangeSelector range) {
      return shown(range.selector()) + "[" + range.rangeMs() + "]";
    }
    if (expr instanceof Call call) {
      return call.arguments().stream()
          .map(ParserTest::shown)
          .collect(Collectors.joining(", ", call.function().word() + "(", ")"));
    }
    if (expr instanceof Aggregation aggregation) {
      return aggregation.op().word()
          + (aggregation.grouping().without() ? " without " : " by ")
          + sorted(aggregation.grouping().labels())
          + "("
          + aggregation.parameter().map(p -> shown(p) + ", ").orElse("")
          + shown(aggregation.of())
          + ")";
    }
    Binary binary = (Binary) expr;
    Matching matching = binary.matching();
    String matched =
        matching.equals(Matching.ALL)
            ? " "
            : (matching.on() ? " on " : " ignoring ")
                + sorted(matching.labels())
                + (matching.many() == Matching.Many.NEITHER
                    ? " "
                    : " " + matching.many() + " " + sorted(matching.include()) + " ");
    return "("
        + shown(binary.left())
        + " "
        + binary.op().symbol()
        + (binary.bool() ? "bool" : "")
        + matched
        + shown(binary.right())
        + ")";
  }

  private static List<String> sorted(Set<String> labels) {
    return labels.stream().sorted().toList();
  }
}
