package io.tracetide.processor.query.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.query.anomaly.AnomalyQuery;
import io.tracetide.processor.query.window.AnalyticsQuery;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParametersTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "timeRange=15m,                                          2026-03-01T11:45:00Z,"
        + " 2026-03-01T12:00:00Z",
    "timeRange=90s,                                          2026-03-01T11:58:30Z,"
        + " 2026-03-01T12:00:00Z",
    "timeRange=24h,                                          2026-02-28T12:00:00Z,"
        + " 2026-03-01T12:00:00Z",
    "timeRange=7D,                                           2026-02-22T12:00:00Z,"
        + " 2026-03-01T12:00:00Z",
    "from=2026-03-01T10:00:00Z,                              2026-03-01T10:00:00Z,"
        + " 2026-03-01T12:00:00Z",
    "from=2026-03-01T10:00:00Z&to=2026-03-01T10:30:00Z,      2026-03-01T10:00:00Z,"
        + " 2026-03-01T10:30:00Z",
    "from=2026-03-01T10:00:00+02:00&to=2026-03-01T10:30:00Z, 2026-03-01T08:00:00Z,"
        + " 2026-03-01T10:30:00Z",
    "from=2026-03-01T10:00:00 02:00&to=2026-03-01T10:30:00Z, 2026-03-01T08:00:00Z,"
        + " 2026-03-01T10:30:00Z",
    "from=2026-03-01T10:00:00.25Z&to=2026-03-01T10:30:00Z,   2026-03-01T10:00:00.250Z,"
        + " 2026-03-01T10:30:00Z",
  })
  void shouldReadTheRange(String query, Instant from, Instant to) {
    assertThat(parameters(query).range(NOW)).contains(new TimeRange(from, to));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          timeRange=0m                                        | timeRange | 15m
          timeRange=15                                        | timeRange | 15m
          timeRange=-5m                                       | timeRange | 15m
          timeRange=400d                                      | timeRange | 366d
          timeRange=999999999d                                | timeRange | 366d
          timeRange=fortnight                                 | timeRange | 24h
          timeRange=15m&timeRange=1h                          | timeRange | once
          timeRange=15m&from=2026-03-01T10:00:00Z             | timeRange | one or the other
          to=2026-03-01T10:00:00Z                             | to        | from
          from=yesterday                                      | from      | ISO-8601
          from=2026-03-01T10:00:00                            | from      | ISO-8601
          from=+999999999-01-01T00:00:00Z                     | from      | between 1970 and 2500
          from=2026-03-01T13:00:00Z                           | from      | before now
          from=2026-03-01T10:00:00Z&to=2026-03-01T10:00:00Z   | from      | before to
          granularity=7s                                      | granularity | 10s, 1m, 1h
          granularity=0s                                      | granularity | 10s, 1m, 1h
          granularity=1m30                                    | granularity | such as 5m
          granularity=1h                                      | granularity | no longer than the range
          services=a,,b                                       | services  | empty name
          services=                                           | services  | empty
          resolutoin=5m                                       | resolutoin | granularity
          """)
  void shouldRejectWithTheParameterAndTheAcceptedValues(
      String query, String parameter, String accepted) {
    assertThatThrownBy(() -> analytics(query))
        .isInstanceOf(BadParameterException.class)
        .hasMessageContaining("'" + parameter + "'")
        .hasMessageContaining(accepted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          severity=urgent   | severity | low, medium, high, critical
          resolved=maybe    | resolved | true or false
          limit=0           | limit    | 1 to 1000
          limit=1001        | limit    | 1 to 1000
          limit=ten         | limit    | 1 to 1000
          granularity=1m    | granularity | severity
          """)
  void shouldRejectAnomalyFilters(String query, String parameter, String accepted) {
    assertThatThrownBy(
            () ->
                AnomalyQuery.parse(
                    Parameters.of(raw(query), AnomalyQuery.PARAMETERS, Tenants.ALL), NOW))
        .isInstanceOf(BadParameterException.class)
        .hasMessageContaining("'" + parameter + "'")
        .hasMessageContaining(accepted);
  }

  @Test
  void shouldRepeatOnlyTheBeginningOfAnAbsurdValue() {
    assertThatThrownBy(() -> analytics("granularity=" + "x".repeat(5_000)))
        .hasMessageMatching("(?s).{0,300}");
  }

  @Test
  void shouldSplitNamesAtCommasThatAreNotEscaped() {
    assertThat(parameters("operations=GET /,SELECT a\\, b,c\\\\d&operations=e").names("operations"))
        .containsExactly("GET /", "SELECT a, b", "c\\d", "e");
  }

  @Test
  void shouldTakeNamesExactlyAsTheyAre() {
    assertThat(parameters("operations= a , b,\\*&operations=  ").names("operations"))
        .containsExactly(" a ", " b", "*", "  ");
    assertThat(parameters("operations=c\\").names("operations")).containsExactly("c\\");
    assertThat(parameters("operations=\\u0001,\\\\u0001,\\u00,\\u002C").names("operations"))
        .containsExactly("\u0001", "\\u0001", "u00", ",");
  }

  @Test
  void shouldDistinguishAllFromTheNameThatIsAStar() {
    assertThat(parameters("services=*").selection("services"))
        .isEqualTo(new Selection(Set.of(), true));
    assertThat(parameters("services=\\*").selection("services"))
        .isEqualTo(new Selection(Set.of("*"), false));
    assertThat(parameters("services=*,shop,**").selection("services"))
        .isEqualTo(new Selection(Set.of("shop", "**"), true));
    assertThatThrownBy(() -> analytics("services=*,\\*"))
        .isInstanceOf(BadParameterException.class)
        .hasMessageContaining("'services'");
    assertThatThrownBy(() -> analytics("operations=*,\\*"))
        .isInstanceOf(BadParameterException.class)
        .hasMessageContaining("'operations'");
  }

  @Test
  void shouldReadWordsWithSpacesBesideThem() {
    assertThat(parameters("operations=a , b").words("operations")).containsExactly("a", "b");
    assertThatThrownBy(() -> parameters("operations=a, ").words("operations"))
        .hasMessageContaining("empty name");
  }

  @Test
  void shouldRejectMoreNamesThanTheLimit() {
    String names = "a,".repeat(100) + "b";
    String distinct =
        Arrays.stream(names.split(","))
            .map(name -> name + System.identityHashCode(new Object()))
            .collect(Collectors.joining(","));
    assertThatThrownBy(() -> parameters("services=" + distinct).names("services"))
        .hasMessageContaining("100 at most");
  }

  @Test
  void shouldReadSeveritiesInAnyCase() {
    AnomalyQuery query =
        AnomalyQuery.parse(
            Parameters.of(
                raw("severity=high,Critical&resolved=FALSE&limit=7"),
                AnomalyQuery.PARAMETERS,
                Tenants.ALL),
            NOW);

    assertThat(query.severities()).containsExactlyInAnyOrder(Severity.HIGH, Severity.CRITICAL);
    assertThat(query.resolved()).contains(false);
    assertThat(query.limit()).isEqualTo(7);
    assertThat(query.range()).isEmpty();
  }

  @Test
  void shouldDistinguishMetricsFromSpans() {
    assertThat(analytics("").spans()).isTrue();
    assertThat(analytics("metrics=latency,errors").spans()).isTrue();
    AnalyticsQuery resources = analytics("metrics=cpu,heap_used_bytes");
    assertThat(resources.spans()).isFalse();
    assertThat(resources.metrics())
        .containsExactlyInAnyOrder("cpu", "cpu_usage_percent", "heap_used_bytes");
  }

  @Test
  void shouldFindAMetricThatIsNamedLikeSomethingElse() {
    assertThat(analytics("metrics=errors,disk").metrics())
        .containsExactlyInAnyOrder("errors", "disk", "disk_io_kb");
  }

  @ParameterizedTest
  @CsvSource({
    "10s, 1h, PT10S, 10s",
    "30s, 1h, PT30S, 10s",
    "1m,  1h, PT1M,  1m",
    "90s, 1h, PT90S, 10s",
    "5m,  1h, PT5M,  1m",
    "60s, 1h, PT1M,  1m",
    "1h,  1d, PT1H,  1h",
    "2h,  1d, PT2H,  1h",
    "1d,  7d, PT24H, 1h",
  })
  void shouldMergeTheCoarsestTierThatFits(String text, String range, Duration size, String tier) {
    AnalyticsQuery query = analytics("granularity=" + text + "&timeRange=" + range);

    assertThat(query.granularity().size()).isEqualTo(size);
    assertThat(query.granularity().tier().name()).isEqualTo(tier);
  }

  @ParameterizedTest
  @CsvSource({
    "5s,  PT10S, 10s",
    "5m,  PT10S, 10s",
    "15m, PT10S, 10s",
    "1h,  PT10S, 10s",
    "2h,  PT30S, 10s",
    "6h,  PT1M,  1m",
    "24h, PT5M,  1m",
    "7d,  PT1H,  1h",
    "30d, PT3H,  1h",
    "366d, PT18H, 1h",
  })
  void shouldChooseAGranularityThatAChartCanShow(String range, Duration size, String tier) {
    AnalyticsQuery query = analytics("timeRange=" + range);

    assertThat(query.granularity().size()).isEqualTo(size);
    assertThat(query.granularity().tier().name()).isEqualTo(tier);
  }

  @Test
  void shouldChooseATierThatStillKeepsTheStartOfAnOldRange() {
    assertThat(
            analytics("from=2026-03-01T08:00:00Z&to=2026-03-01T08:30:00Z")
                .granularity()
                .tier()
                .name())
        .isEqualTo("1m");
    assertThat(
            analytics("from=2026-02-20T08:00:00Z&to=2026-02-20T18:00:00Z")
                .granularity()
                .tier()
                .name())
        .isEqualTo("1h");
  }

  @Test
  void shouldReadReplayedHistoryAtTheWidthOfItsRange() {
    assertThat(analytics("from=2022-08-22T08:00:00Z&to=2022-08-22T08:30:00Z").granularity().size())
        .isEqualTo(Duration.ofSeconds(10));
  }

  private static AnalyticsQuery analytics(String query) {
    return AnalyticsQuery.parse(
        Parameters.of(raw(query), AnalyticsQuery.PARAMETERS, Tenants.ALL), NOW, WindowTier.ALL);
  }

  private static Parameters parameters(String query) {
    return Parameters.of(raw(query), AnalyticsQuery.PARAMETERS, Tenants.ALL);
  }

  private static Map<String, List<String>> raw(String query) {
    return Arrays.stream(query.split("&"))
        .filter(pair -> !pair.isEmpty())
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.groupingBy(
                pair -> pair[0],
                LinkedHashMap::new,
                Collectors.mapping(pair -> pair[1], Collectors.toList())));
  }
}
