package io.tracetide.gateway.receive;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.gateway.format.otlp.OtlpProtobuf;
import io.tracetide.gateway.format.otlp.Spans;
import io.tracetide.gateway.metric.GatewayMetrics;
import io.tracetide.gateway.publish.Gate;
import io.tracetide.gateway.publish.Packing;
import io.tracetide.gateway.publish.Publisher;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.gateway.record.EventLimits;
import io.tracetide.gateway.record.InFlight;
import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.Quota;
import io.tracetide.gateway.record.RecordBatches;
import io.tracetide.gateway.record.RecordEncoder;
import io.tracetide.gateway.record.RefusedRequestException;
import io.tracetide.gateway.record.RequestRefusal;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.runtime.privacy.PrivacyConfig;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.TraceEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IngestPipelineTest {

  private static final Masker MASKER = Masker.of(PrivacyConfig.defaults());

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final InFlight inFlight = new InFlight(64 << 20);
  private final Gate open = Gate.start(List.of());
  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(
          true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());

  @AfterEach
  void close() {
    open.close();
  }

  @Test
  void shouldApplyTheTenantsQuotaToValidRecordsBeforePublishing() {
    IngestPipeline ingest =
        ingest(
            (tenant, records, bytes) -> {
              assertThat(tenant).isEqualTo("acme");
              assertThat(records).isEqualTo(2);
              assertThat(bytes).isPositive();
              throw RefusedRequestException.rateLimited(Duration.ofSeconds(7), "2 events too many");
            });

    Reply reply = submit(ingest, Spans.span(Instant.now()), Spans.span(Instant.now()));

    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Refused.class,
            refused -> {
              assertThat(refused.refusal()).isEqualTo(RequestRefusal.RATE_LIMITED);
              assertThat(refused.refusal().status()).isEqualTo(429);
              assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(7));
              assertThat(refused.detail()).isEqualTo("2 events too many");
            });
    assertThat(kafka.history()).isEmpty();
    assertThat(
            meters
                .counter(
                    "tracetide.gateway.records.refused",
                    "endpoint",
                    "otlp_protobuf",
                    "reason",
                    "rate_limited")
                .count())
        .isEqualTo(2);
    assertThat(inFlight.heldBytes()).isZero();
  }

  @Test
  void shouldNotCountAResponseToAClosedConnection() {
    Reply reply =
        ingest((tenant, records, bytes) -> {})
            .submit(
                new OtlpProtobuf(),
                "acme",
                room -> CompletableFuture.failedFuture(new CutOffException()))
            .join();

    assertThat(reply).isInstanceOf(Reply.Refused.class);
    assertThat(meters.find("tracetide.gateway.requests").counters()).isEmpty();
  }

  @Test
  void shouldRespond500WithoutDetailsAfterAnUnexpectedError() {
    Reply reply =
        ingest((tenant, records, bytes) -> {})
            .submit(
                new OtlpProtobuf(),
                "acme",
                room -> CompletableFuture.failedFuture(new IllegalStateException("a secret")))
            .join();

    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Refused.class,
            refused -> {
              assertThat(refused.refusal()).isEqualTo(RequestRefusal.INTERNAL);
              assertThat(refused.detail()).doesNotContain("secret");
            });
  }

  private Reply submit(
      IngestPipeline ingest, io.opentelemetry.proto.trace.v1.Span.Builder... spans) {
    byte[] body = Spans.request("cart", spans).toByteArray();
    return ingest
        .submit(
            new OtlpProtobuf(),
            "acme",
            room -> {
              room.claim(body.length);
              return CompletableFuture.completedFuture(new Message(Payload.of(body), false));
            })
        .join();
  }

  private IngestPipeline ingest(Quota quota) {
    RecordEncoder bytes =
        new RecordEncoder() {
          @Override
          public byte[] encode(TraceEvent event) {
            return new byte[100];
          }

          @Override
          public byte[] encode(MetricSample sample) {
            return new byte[100];
          }
        };
    return new IngestPipeline(
        new IngestPipeline.Parts(
            Clock.systemUTC(),
            new RecordBatches(EventLimits.defaults(), BodyLimits.defaults(), bytes, MASKER),
            quota,
            inFlight,
            open,
            new Publisher(kafka, Packing.singles(), Duration.ofSeconds(1)),
            new GatewayMetrics(meters, inFlight, MASKER.classes()),
            new IngestPipeline.Workers(Runnable::run, 1)));
  }
}
