package io.tracetide.standalone.cardinality;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.cardinality.CardinalityConfig;
import io.tracetide.processor.event.TraceEventReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NameCensusTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final AvroEncoder<TraceEvent> encoder =
      new AvroEncoder<>(new InMemorySchemaRegistry(), "traces-value", TraceEvent.class);
  private final TraceEventReader reader = new TraceEventReader(TraceEvent.getClassSchema());
  private final TraceView view = new TraceView();
  private NameCensus census = new NameCensus(limits(true, 10, 10), 1);

  private static CardinalityConfig limits(boolean templating, int services, int operations) {
    return new CardinalityConfig(templating, services, operations, 10, 10, Duration.ofHours(24));
  }

  @Test
  void shouldShowWhatTemplatingMakesOfNames() {
    for (int i = 0; i < 100; i++) {
      count("shop", "GET /orders/" + i);
    }
    count("shop", "POST /pay");
    count("mail", "send");

    CensusReport report = census.report(true);

    assertThat(report.isFolding()).isFalse();
    CensusReport.Tenant tenant = report.tenants().get(0);
    assertThat(tenant.services()).isEqualTo(2);
    assertThat(tenant.events()).isEqualTo(102);
    assertThat(tenant.affected())
        .singleElement()
        .satisfies(
            shop -> {
              assertThat(shop.service()).isEqualTo("shop");
              assertThat(shop.operations()).isEqualTo(101);
              assertThat(shop.templates()).isEqualTo(2);
              assertThat(shop.counted()).isEqualTo(2);
              assertThat(shop.eventsTemplated()).isEqualTo(100);
              assertThat(shop.eventsFolded()).isZero();
              assertThat(shop.largest())
                  .containsExactly(
                      new CensusReport.Template("GET /orders/{id}", "GET /orders/0", 100));
            });
  }

  @Test
  void shouldShowWhatLimitsFold() {
    for (int i = 0; i < 100; i++) {
      count("shop", "name" + i + "x");
    }

    CensusReport report = census.report(true);

    assertThat(report.isFolding()).isTrue();
    CensusReport.Service shop = report.tenants().get(0).affected().get(0);
    assertThat(shop.operations()).isEqualTo(100);
    assertThat(shop.templates()).isEqualTo(100);
    assertThat(shop.counted()).isEqualTo(10);
    assertThat(shop.eventsFolded()).isEqualTo(91);
    assertThat(shop.folded()).hasSize(5).contains("name9x");
  }

  @Test
  void shouldShowServicesBeyondTheLimit() {
    census = new NameCensus(limits(false, 3, 10), 1);
    for (int i = 0; i < 8; i++) {
      count("service" + i, "GET /orders/1");
    }

    CensusReport.Tenant tenant = census.report(true).tenants().get(0);

    assertThat(tenant.services()).isEqualTo(8);
    assertThat(tenant.servicesFolded()).isEqualTo(6);
    assertThat(tenant.affected()).hasSize(6).allMatch(service -> service.eventsFolded() == 1);
  }

  @Test
  void shouldLeaveOutWhatIsNotCounted() {
    count("shop", "pay");
    view(TraceEventType.STARTED, "shop", "GET /1");
    census.count(view);
    census.refuse();

    CensusReport report = census.report(false);

    assertThat(report.events()).isEqualTo(1);
    assertThat(report.unfinished()).isEqualTo(1);
    assertThat(report.refused()).isEqualTo(1);
    assertThat(report.wholeRange()).isFalse();
    assertThat(report.tenants().get(0).affected()).isEmpty();
  }

  private void count(String service, String operation) {
    view(TraceEventType.COMPLETED, service, operation);
    census.count(view);
  }

  private void view(TraceEventType type, String service, String operation) {
    reader.read(
        encoder.encode(
            TraceEvent.newBuilder()
                .setType(type)
                .setTraceId("t")
                .setServiceName(service)
                .setOperationName(operation)
                .setTimestamp(START)
                .build()),
        view);
  }
}
