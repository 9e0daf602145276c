package io.tracetide.processor.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A shop: gateway calls cart and search; cart calls stock, by a span of its own. */
class IncidentsTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private Incidents incidents;

  @BeforeEach
  void calls() {
    incidents = new Incidents(IncidentsConfig.defaults());
    call("gateway", "GET /", "gateway", "call cart");
    call("gateway", "GET /", "gateway", "call search");
    call("gateway", "call cart", "cart", "show");
    call("gateway", "call cart twice", "cart", "show");
    call("gateway", "call search", "search", "find");
    call("cart", "show", "cart", "call stock");
    call("cart", "call stock", "stock", "count");
  }

  private void call(String caller, String by, String callee, String called) {
    incidents
        .calls()
        .add(
            new Call(new TracedOperation(caller, by), new TracedOperation(callee, called)),
            START.toEpochMilli());
  }

  @Test
  void shouldLinkAServiceAndItsCallersAndNameTheCalleeAsOrigin() {
    List<Anomaly> linked =
        incidents.link(
            List.of(
                slow("gateway", "GET /", 0, 0.6),
                slow("cart", "show", 0, 0.7),
                slow("stock", "count", 0, 0.5)));

    assertThat(linked)
        .extracting(Anomaly::getServiceName)
        .containsExactly("gateway", "cart", "stock");
    assertThat(linked)
        .extracting(anomaly -> anomaly.getIncident().getIncidentId())
        .containsOnly(linked.get(0).getAnomalyId());
    assertThat(linked.get(0).getIncident().getAnomalies()).isEqualTo(3);
    assertThat(linked.get(2).getIncident().getOriginService()).isEqualTo("stock");
    assertThat(linked.get(2).getIncident().getOriginOperation()).isEqualTo("count");
  }

  @Test
  void shouldLinkTheSilenceOfATenantWithThoseOfItsServices() {
    Anomaly search = link(silent("search", 0));
    Anomaly tenant = link(silent("*", 60));
    Anomaly billing = link(silent("billing", 70));

    assertThat(id(tenant)).isEqualTo(id(search));
    assertThat(id(billing)).isEqualTo(id(search));
  }

  @Test
  void shouldTakeTheSilentCallerForTheOriginOfItsSilentCallees() {
    assertThat(origin(List.of(silent("cart", 0), silent("stock", 0)))).isEqualTo("cart");
    assertThat(origin(List.of(slow("cart", "show", 0, 0.6), silent("stock", 0))))
        .isEqualTo("stock");
  }

  private String origin(List<Anomaly> found) {
    calls();
    return incidents.link(found).get(0).getIncident().getOriginService();
  }

  private static Anomaly silent(String service, int afterSeconds) {
    return anomaly(AnomalyKind.NO_DATA, service, "*", afterSeconds, 0.5);
  }

  @Test
  void shouldNotLinkServicesThatDoNotCallEachOther() {
    Anomaly stock = link(slow("stock", "count", 0, 0.5));
    Anomaly search = link(slow("search", "find", 10, 0.5));

    assertThat(id(search)).isEqualTo(search.getAnomalyId()).isNotEqualTo(id(stock));
  }

  @Test
  void shouldPutAnomaliesThatAreFoundTogetherIntoOneIncidentThroughOneThatCallsBoth() {
    List<Anomaly> linked =
        incidents.link(
            List.of(
                slow("search", "find", 0, 0.5),
                slow("stock", "count", 0, 0.5),
                slow("gateway", "GET /", 0, 0.5)));

    assertThat(linked).extracting(IncidentsTest::id).containsOnly(linked.get(0).getAnomalyId());
    assertThat(linked.get(1).getIncident().getAnomalies()).isEqualTo(3);
  }

  @Test
  void shouldKeepTheIncidentOfAnAnomalyAndJoinTheOldest() {
    Anomaly search = link(slow("search", "find", 0, 0.5));
    Anomaly stock = link(slow("stock", "count", 10, 0.5));
    Anomaly gateway = link(slow("gateway", "GET /", 20, 0.5));

    assertThat(id(gateway)).isEqualTo(id(search));
    assertThat(id(link(slow("stock", "count", 10, 0.9)))).isEqualTo(id(stock));
    Anomaly over = link(resolved(slow("stock", "count", 10, 0.9), 60));
    assertThat(id(over)).isEqualTo(id(stock));
  }

  @Test
  void shouldLinkOnlyWithinTheConfiguredTimes() {
    Anomaly cart = link(slow("cart", "show", 0, 0.5));
    assertThat(id(link(slow("stock", "count", 600, 0.5)))).isEqualTo(id(cart));
    assertThat(id(link(slow("gateway", "GET /", 601 + 600, 0.5)))).isNotEqualTo(id(cart));
  }

  @Test
  void shouldRejoinSoonAfterTheResolution() {
    Anomaly cart = link(slow("cart", "show", 0, 0.5));
    link(resolved(slow("cart", "show", 0, 0.5), 900));

    assertThat(id(link(slow("cart", "show", 1_020, 0.5)))).isEqualTo(id(cart));
    link(resolved(slow("cart", "show", 1_020, 0.5), 1_100));
    assertThat(id(link(slow("cart", "show", 1_221, 0.5)))).isNotEqualTo(id(cart));
  }

  @Test
  void shouldSuspectAServiceOfWhichOnlyTheCallsAreSlow() {
    List<Anomaly> linked =
        incidents.link(
            List.of(
                slow("gateway", "call cart", 0, 0.9), slow("gateway", "call cart twice", 0, 0.9)));

    assertThat(linked.get(1).getIncident().getOriginService()).isEqualTo("cart");
    assertThat(linked.get(1).getIncident().getOriginOperation()).isNull();
  }

  @Test
  void shouldSuspectAServiceOfWhichOneCallAndItsCallersAreSlow() {
    List<Anomaly> linked =
        incidents.link(
            List.of(slow("gateway", "GET /", 0, 0.6), slow("gateway", "call cart", 0, 0.9)));

    assertThat(linked.get(1).getIncident().getOriginService()).isEqualTo("cart");
    assertThat(linked.get(1).getIncident().getOriginOperation()).isNull();
  }

  @Test
  void shouldSuspectAServiceThatCallsWithoutSpansOfItsOwnForItsCalls() {
    call("web", "index", "gateway", "GET /");

    Anomaly web = link(slow("web", "index", 0, 0.6));

    assertThat(web.getIncident().getOriginService()).isEqualTo("web");
  }

  @Test
  void shouldSuspectTheCallerWhenItsCallsToSeveralServicesAreSlow() {
    List<Anomaly> linked =
        incidents.link(
            List.of(
                slow("gateway", "call cart", 0, 0.9),
                slow("gateway", "call cart twice", 0, 0.8),
                slow("gateway", "call search", 0, 0.7)));

    assertThat(linked.get(2).getIncident().getOriginService()).isEqualTo("gateway");
  }

  @Test
  void shouldSuspectTheCallerOfServicesThatAreNoLongerCalled() {
    List<Anomaly> linked =
        incidents.link(
            List.of(
                anomaly(AnomalyKind.THROUGHPUT, "stock", "count", 0, 1),
                anomaly(AnomalyKind.ERROR_RATE, "cart", "show", 0, 0.4)));

    assertThat(linked.get(0).getIncident().getOriginService()).isEqualTo("cart");
  }

  @Test
  void shouldNotMixBreachesOfControlsWithFaults() {
    Anomaly cart = link(slow("cart", "show", 0, 0.5));
    Anomaly data = link(anomaly(AnomalyKind.PERSONAL_DATA, "cart", "show", 10, 0));

    assertThat(id(data)).isNotEqualTo(id(cart));
    assertThat(id(link(anomaly(AnomalyKind.PERSONAL_DATA, "cart", "*", 20, 0))))
        .isEqualTo(id(data));
  }

  @Test
  void shouldLinkAnomaliesOfWholeServices() {
    Anomaly gateway = link(anomaly(AnomalyKind.ERROR_RATE, "gateway", "*", 0, 0.3));
    Anomaly stock = link(anomaly(AnomalyKind.ERROR_RATE, "stock", "*", 10, 0.3));

    assertThat(id(stock)).isEqualTo(id(gateway));
    assertThat(stock.getIncident().getOriginService()).isEqualTo("stock");
    assertThat(stock.getIncident().getOriginOperation()).isNull();
  }

  @Test
  void shouldContinueAfterARestart() {
    List<Anomaly> published =
        incidents.link(List.of(slow("gateway", "GET /", 0, 0.6), slow("cart", "show", 0, 0.7)));
    calls();
    published.forEach(incidents::restore);
    incidents.dropOld();

    Anomaly stock = link(slow("stock", "count", 30, 0.5));
    assertThat(id(stock)).isEqualTo(id(published.get(0)));
    assertThat(stock.getIncident().getAnomalies()).isEqualTo(3);
    assertThat(stock.getIncident().getOriginService()).isEqualTo("stock");
    assertThat(stock.getIncident().getOpenedAt()).isEqualTo(START);
  }

  @Test
  void shouldForgetWhatIsOld() {
    link(resolved(slow("cart", "show", 0, 0.5), 60));
    incidents.calls().dropBefore(Long.MAX_VALUE);
    assertThat(incidents.isEmpty()).isFalse();

    link(resolved(slow("search", "find", 3_600, 0.5), 3_660));
    link(resolved(slow("search", "find", 9_000, 0.5), 9_060));
    incidents.dropOld();
    assertThat(incidents.calls().size()).isZero();
    assertThat(id(link(slow("cart", "show", 9_070, 0.5)))).endsWith("9070");
  }

  @Test
  void shouldLinkAStormInReasonableTime() {
    List<Anomaly> storm = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      call("gateway", "GET /", "service-" + i, "work");
      storm.add(slow("service-" + i, "work", 0, 0.5));
    }
    storm.add(slow("gateway", "GET /", 0, 0.9));

    List<Anomaly> linked = incidents.link(storm);

    assertThat(linked).extracting(IncidentsTest::id).containsOnly(linked.get(0).getAnomalyId());
  }

  private Anomaly link(Anomaly anomaly) {
    return incidents.link(List.of(anomaly)).get(0);
  }

  private static String id(Anomaly anomaly) {
    return anomaly.getIncident().getIncidentId();
  }

  private static Anomaly slow(String service, String operation, int afterSeconds, double size) {
    return anomaly(AnomalyKind.LATENCY, service, operation, afterSeconds, size);
  }

  private static Anomaly resolved(Anomaly anomaly, int afterSeconds) {
    Instant at = START.plusSeconds(afterSeconds);
    return Anomaly.newBuilder(anomaly)
        .setState(AnomalyState.RESOLVED)
        .setResolvedAt(at)
        .setUpdatedAt(at)
        .build();
  }

  private static Anomaly anomaly(
      AnomalyKind kind, String service, String operation, int afterSeconds, double size) {
    Instant at = START.plusSeconds(afterSeconds);
    return Anomaly.newBuilder()
        .setTenantId("shop")
        .setAnomalyId(service + " " + operation + " " + kind + afterSeconds)
        .setFingerprint(service + " " + operation + " " + kind)
        .setServiceName(service)
        .setOperationName(operation)
        .setDetector(Detector.ISOLATION_FOREST)
        .setKind(kind)
        .setSeverity(Severity.HIGH)
        .setConfidence(0.9)
        .setState(AnomalyState.OPEN)
        .setOpenedAt(at)
        .setUpdatedAt(at)
        .setWindowStart(at.minus(Duration.ofSeconds(10)))
        .setWindowEnd(at)
        .setObserved(observed(kind, size))
        .setExpected(Map.of("p95_ms", 100.0, "throughput_per_sec", 10.0, "error_rate_percent", 0.0))
        .setSummary("slow")
        .setExemplars(new Exemplars(null, null, null))
        .build();
  }

  private static Map<String, Double> observed(AnomalyKind kind, double size) {
    return switch (kind) {
      case THROUGHPUT -> Map.of("throughput_per_sec", 10 * (1 - size));
      case ERROR_RATE -> Map.of("error_rate_percent", 50 * size);
      default -> Map.of("p95_ms", 100 / (1 - size));
    };
  }
}
