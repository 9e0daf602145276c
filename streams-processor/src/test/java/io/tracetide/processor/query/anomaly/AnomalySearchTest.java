package io.tracetide.processor.query.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.request.TimeRange;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnomalySearchTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final List<Anomaly> kept =
      List.of(
          Episodes.open("shop", "pay", Severity.HIGH, NOON.minusSeconds(300)),
          Episodes.open("cart", "add", Severity.LOW, NOON.minusSeconds(100)),
          Episodes.resolved(
              "shop", "ship", Severity.CRITICAL, NOON.minusSeconds(900), NOON.minusSeconds(600)),
          Episodes.open("mail", "send", Severity.MEDIUM, NOON.minusSeconds(86_400)));

  @Test
  void shouldListTheNewestFirst() {
    assertThat(services(all(100))).containsExactly("cart", "shop", "shop", "mail");
  }

  @Test
  void shouldReportTheTotalWhenTheLimitShortensTheList() {
    AnomaliesAnswer answer = answer(all(2));

    assertThat(answer.anomalies()).hasSize(2);
    assertThat(answer.total()).isEqualTo(4);
  }

  @Test
  void shouldFilterByEachParameter() {
    Optional<TimeRange> none = Optional.empty();
    Scope shop = new Scope(Tenants.of("default"), Set.of("shop"));
    Scope other = new Scope(Tenants.of("other"), Set.of());

    assertThat(services(query(none, shop, Set.of(), Set.of(), null)))
        .containsExactly("shop", "shop");
    assertThat(services(query(none, other, Set.of(), Set.of(), null))).isEmpty();
    assertThat(services(query(none, Scope.EVERYTHING, Set.of("add"), Set.of(), null)))
        .containsExactly("cart");
    assertThat(
            services(
                query(none, Scope.EVERYTHING, Set.of(), Set.of(Severity.LOW, Severity.HIGH), null)))
        .containsExactly("cart", "shop");
    assertThat(services(query(none, Scope.EVERYTHING, Set.of(), Set.of(), true)))
        .containsExactly("shop");
    assertThat(services(query(none, Scope.EVERYTHING, Set.of(), Set.of(), false)))
        .containsExactly("cart", "shop", "mail");
  }

  @Test
  void shouldKeepWhatWasOpenAtSomeTimeInTheRange() {
    TimeRange between = new TimeRange(NOON.minusSeconds(700), NOON.minusSeconds(400));
    TimeRange after = new TimeRange(NOON.minusSeconds(599), NOON.minusSeconds(400));

    assertThat(services(query(Optional.of(between), Scope.EVERYTHING, Set.of(), Set.of(), null)))
        .containsExactly("shop", "mail");
    assertThat(services(query(Optional.of(after), Scope.EVERYTHING, Set.of(), Set.of(), null)))
        .containsExactly("mail");
  }

  private List<String> services(AnomalyQuery query) {
    return answer(query).anomalies().stream().map(AnomaliesAnswer.Item::service).toList();
  }

  private AnomaliesAnswer answer(AnomalyQuery query) {
    AnomalyView view =
        reader -> {
          kept.forEach(reader);
          return List.of();
        };
    return new AnomalySearch(view).answer(query, CancellationCheck.endless());
  }

  @Test
  void shouldFilterByWhatDeviates() {
    Anomaly spans = metric(AnomalyKind.LATENCY, null);
    Anomaly silence = metric(AnomalyKind.NO_DATA, null);
    Anomaly cpu = metric(AnomalyKind.RESOURCE, "cpu_usage_percent");

    assertThat(MetricFilter.of(Set.of("latency")).includes(spans)).isTrue();
    assertThat(MetricFilter.of(Set.of("Latency")).includes(cpu)).isFalse();
    assertThat(MetricFilter.of(Set.of("throughput")).includes(silence)).isTrue();
    assertThat(MetricFilter.of(Set.of("cpu")).includes(cpu)).isTrue();
    assertThat(MetricFilter.of(Set.of("cpu_usage_percent")).includes(cpu)).isTrue();
    assertThat(MetricFilter.of(Set.of("memory")).includes(cpu)).isFalse();
    assertThat(MetricFilter.of(Set.of()).includes(cpu)).isTrue();
  }

  private static Anomaly metric(AnomalyKind kind, @Nullable String metric) {
    return Episodes.builder("checkout", "*", Severity.LOW, Instant.EPOCH)
        .setKind(kind)
        .setMetric(metric)
        .build();
  }

  private static AnomalyQuery all(int limit) {
    return new AnomalyQuery(
        Optional.empty(),
        Scope.EVERYTHING,
        Set.of(),
        MetricFilter.of(Set.of()),
        Set.of(),
        Optional.empty(),
        limit);
  }

  private static AnomalyQuery query(
      Optional<TimeRange> range,
      Scope scope,
      Set<String> operations,
      Set<Severity> severities,
      Boolean resolved) {
    return new AnomalyQuery(
        range,
        scope,
        operations,
        MetricFilter.of(Set.of()),
        severities,
        Optional.ofNullable(resolved),
        100);
  }
}
