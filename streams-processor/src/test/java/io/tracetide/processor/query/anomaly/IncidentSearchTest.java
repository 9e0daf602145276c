package io.tracetide.processor.query.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Incident;
import io.tracetide.schemas.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IncidentSearchTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final List<Anomaly> kept =
      List.of(
          of("first", Episodes.open("shop", "pay", Severity.HIGH, NOON.minusSeconds(290)), "stock"),
          of(
              "first",
              Episodes.open("gateway", "get", Severity.LOW, NOON.minusSeconds(300)),
              "shop"),
          of(
              "first",
              Episodes.resolved(
                  "stock", "count", Severity.LOW, NOON.minusSeconds(280), NOON.minusSeconds(200)),
              "stock"),
          of(
              "over",
              Episodes.resolved(
                  "mail",
                  "send",
                  Severity.CRITICAL,
                  NOON.minusSeconds(900),
                  NOON.minusSeconds(600)),
              "mail"),
          Episodes.open("older", "build", Severity.HIGH, NOON.minusSeconds(10)));

  @Test
  void shouldListTheNewestFirstWithTheAnomaliesOfTheOriginFirst() {
    IncidentsAnswer answer = answer(Scope.EVERYTHING, Optional.empty(), 100);

    assertThat(answer.incidents())
        .extracting(IncidentsAnswer.Item::incidentId)
        .containsExactly("first", "over");
    IncidentsAnswer.Item first = answer.incidents().get(0);
    assertThat(first.origin()).isEqualTo(new AnomaliesAnswer.Origin("stock", null));
    assertThat(first.anomalies())
        .extracting(IncidentsAnswer.Part::service)
        .containsExactly("stock", "gateway", "shop");
    assertThat(first.services()).containsExactly("gateway", "shop", "stock");
    assertThat(first.severity()).isEqualTo("HIGH");
    assertThat(first.state()).isEqualTo("OPEN");
    assertThat(first.openedAt()).isEqualTo(NOON.minusSeconds(300));
    assertThat(first.resolvedAt()).isNull();
    assertThat(answer.incidents().get(1).state()).isEqualTo("RESOLVED");
    assertThat(answer.incidents().get(1).resolvedAt()).isEqualTo(NOON.minusSeconds(600));
  }

  @Test
  void shouldFindIncidentsByAnyOfTheirAnomalies() {
    Scope stock = new Scope(Tenants.of("default"), Set.of("stock"));

    IncidentsAnswer answer = answer(stock, Optional.empty(), 100);

    assertThat(answer.incidents())
        .singleElement()
        .extracting(IncidentsAnswer.Item::total)
        .isEqualTo(3);
    assertThat(answer(new Scope(Tenants.of("other"), Set.of()), Optional.empty(), 100).total())
        .isZero();
  }

  @Test
  void shouldSelectByTheStateOfTheIncident() {
    assertThat(answer(Scope.EVERYTHING, Optional.of(true), 100).incidents())
        .extracting(IncidentsAnswer.Item::incidentId)
        .containsExactly("over");
    assertThat(answer(Scope.EVERYTHING, Optional.of(false), 100).incidents())
        .extracting(IncidentsAnswer.Item::incidentId)
        .containsExactly("first");
  }

  @Test
  void shouldReportTheTotalWhenTheLimitShortensTheList() {
    IncidentsAnswer answer = answer(Scope.EVERYTHING, Optional.empty(), 1);

    assertThat(answer.incidents()).hasSize(1);
    assertThat(answer.total()).isEqualTo(2);
  }

  private static Anomaly of(String incident, Anomaly anomaly, String origin) {
    return Anomaly.newBuilder(anomaly)
        .setIncident(
            Incident.newBuilder()
                .setIncidentId(incident)
                .setOpenedAt(anomaly.getOpenedAt())
                .setOriginService(origin)
                .build())
        .build();
  }

  private IncidentsAnswer answer(Scope scope, Optional<Boolean> resolved, int limit) {
    AnomalyView view =
        reader -> {
          kept.forEach(reader);
          return List.of();
        };
    return new IncidentSearch(view)
        .answer(
            new AnomalyQuery(
                Optional.empty(),
                scope,
                Set.of(),
                MetricFilter.of(Set.of()),
                Set.of(),
                resolved,
                limit),
            new CancellationCheck(() -> false));
  }
}
