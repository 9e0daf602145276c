package io.tracetide.gateway.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.privacy.Masker;
import io.tracetide.runtime.privacy.PrivacyConfig;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordBatchBuilderTest {

  private static final Masker MASKER = Masker.of(PrivacyConfig.defaults());
  private static final int LIMIT = CapturedBatch.tight().recordBytes();

  private final InFlight inFlight = new InFlight(100_000);
  private final InFlight.Share room = inFlight.open();

  @Test
  void shouldGiveUpEventsThenMetadataOfARecordThatIsTooLarge() {
    RecordBatchBuilder batch = batch(BodyLimits.defaults());

    batch.accept(event(1, 0, 0));
    batch.accept(event(1, LIMIT, 1));
    batch.accept(event(1, LIMIT, LIMIT));
    batch.accept(event(LIMIT + 1, 0, 0));

    assertThat(batch.accepted()).extracting(EncodedRecord::index).containsExactly(0, 1, 2);
    assertThat(batch.accepted())
        .extracting(accepted -> accepted.value().length)
        .containsExactly(1, 2, 1);
    assertThat(batch.refused()).extracting(Refusal::index).containsExactly(3);
    assertThat(batch.refused())
        .extracting(Refusal::reason)
        .containsExactly(RefusalReason.TOO_LARGE);
  }

  @Test
  void shouldReserveMemoryOfAcceptedRecordsUntilClosed() {
    RecordBatchBuilder batch = batch(BodyLimits.defaults());
    batch.accept(event(10_000, 0, 0));
    assertThat(inFlight.heldBytes()).isBetween(10_000L, 11_000L);

    room.close();
    room.close();
    assertThat(inFlight.heldBytes()).isZero();
  }

  @Test
  void shouldRefuseTheRequestWhenThereIsNoRoom() {
    RecordBatchBuilder batch = batch(BodyLimits.defaults());

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 20; i++) {
                batch.accept(event(10_000, 0, 0));
              }
            })
        .isInstanceOfSatisfying(
            RefusedRequestException.class,
            e -> assertThat(e.refusal()).isEqualTo(RequestRefusal.OVERLOADED));
    assertThat(inFlight.heldBytes()).isLessThanOrEqualTo(inFlight.limitBytes());
  }

  @Test
  void shouldRefuseTheRequestWhoseRecordsAreTooLargeTogether() {
    RecordBatchBuilder batch = batch(new BodyLimits(1_024, 1_024, 20_000, 1_000, 64, 100));
    batch.accept(event(10_000, 0, 0));

    assertThatThrownBy(() -> batch.accept(event(10_000, 0, 0)))
        .isInstanceOfSatisfying(
            RefusedRequestException.class,
            e -> assertThat(e.refusal()).isEqualTo(RequestRefusal.TOO_LARGE));
  }

  @Test
  void shouldKeyMeasurementsByTenantAndServiceAndRefuseThoseTooLarge() {
    RecordBatchBuilder batch = batch(BodyLimits.defaults());

    batch.accept(sample("cart", 10));
    batch.accept(sample("cart", LIMIT + 1));
    batch.accept(sample("search", 10));

    assertThat(batch.accepted()).extracting(EncodedRecord::topic).containsOnly("metrics");
    assertThat(batch.accepted())
        .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
        .containsExactly("acme|cart", "acme|search");
    assertThat(batch.refused())
        .containsExactly(
            new Refusal(
                1, RefusalReason.TOO_LARGE, "the measurement has more than " + LIMIT + " bytes"));
  }

  private static MetricSample sample(String service, int bytes) {
    return MetricSample.newBuilder()
        .setServiceName(service)
        .setMetricName(Integer.toString(bytes))
        .setTimestamp(CapturedBatch.NOW)
        .build();
  }

  private RecordBatchBuilder batch(BodyLimits body) {
    return new RecordBatchBuilder(
        "acme",
        CapturedBatch.NOW,
        CapturedBatch.tight(),
        body,
        new Sizes(),
        MASKER,
        new KnownTexts(MASKER),
        room);
  }

  /** Encodes to the number of bytes given in the texts of the event or sample. */
  private static final class Sizes implements RecordEncoder {

    @Override
    public byte[] encode(TraceEvent event) {
      int bytes = Integer.parseInt(event.getOperationName());
      for (SpanEvent inner : event.getEvents()) {
        bytes += Integer.parseInt(inner.getEventName());
      }
      return new byte[bytes + Integer.parseInt(event.getMetadata().getOrDefault("bytes", "0"))];
    }

    @Override
    public byte[] encode(MetricSample sample) {
      return new byte[Integer.parseInt(sample.getMetricName())];
    }
  }

  private static TraceEvent event(int own, int inEvents, int inMetadata) {
    return TraceEvent.newBuilder()
        .setType(TraceEventType.COMPLETED)
        .setTraceId("t")
        .setServiceName("s")
        .setOperationName(Integer.toString(own))
        .setTimestamp(CapturedBatch.NOW)
        .setEvents(
            inEvents == 0
                ? List.of()
                : List.of(
                    new SpanEvent(
                        "", Integer.toString(inEvents), CapturedBatch.NOW, Collections.emptyMap())))
        .setMetadata(Map.of("bytes", Integer.toString(inMetadata)))
        .build();
  }
}
