package io.tracetide.processor.query.peer.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.detection.progress.CalibrationProgress;
import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.detection.progress.SeriesProgress;
import io.tracetide.processor.ledger.trace.LifecycleState;
import io.tracetide.processor.ledger.trace.SpanEnd;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceSpan;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.query.instance.InstanceStatus;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.peer.AnomaliesRequest;
import io.tracetide.schemas.peer.AnomaliesResponse;
import io.tracetide.schemas.peer.ChangesBatch;
import io.tracetide.schemas.peer.ChangesRequest;
import io.tracetide.schemas.peer.InstanceRequest;
import io.tracetide.schemas.peer.InstanceResponse;
import io.tracetide.schemas.peer.PeerTrace;
import io.tracetide.schemas.peer.ProgressRequest;
import io.tracetide.schemas.peer.ProgressResponse;
import io.tracetide.schemas.peer.TraceCountsRequest;
import io.tracetide.schemas.peer.TraceCountsResponse;
import io.tracetide.schemas.peer.TraceRequest;
import io.tracetide.schemas.peer.TraceResponse;
import io.tracetide.schemas.peer.TracesRequest;
import io.tracetide.schemas.peer.TracesResponse;
import io.tracetide.schemas.peer.WindowsHeader;
import io.tracetide.schemas.peer.WindowsPart;
import io.tracetide.schemas.peer.WindowsRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;

class MessageFormatTest {
  private static final int LIMIT = 1 << 20;

  /** A changed schema needs a new {@link MessageFormat#VERSION}, and then a new number here. */
  @Test
  void shouldChangeTheVersionWithTheSchemas() {
    long schemas =
        Stream.of(
                WindowsRequest.getClassSchema(),
                WindowsHeader.getClassSchema(),
                WindowsPart.getClassSchema(),
                AnomaliesRequest.getClassSchema(),
                AnomaliesResponse.getClassSchema(),
                InstanceRequest.getClassSchema(),
                InstanceResponse.getClassSchema(),
                ProgressRequest.getClassSchema(),
                ProgressResponse.getClassSchema(),
                TraceRequest.getClassSchema(),
                TraceResponse.getClassSchema(),
                TracesRequest.getClassSchema(),
                TracesResponse.getClassSchema(),
                TraceCountsRequest.getClassSchema(),
                TraceCountsResponse.getClassSchema(),
                ChangesRequest.getClassSchema(),
                ChangesBatch.getClassSchema())
            .mapToLong(MessageFormatTest::fingerprint)
            .reduce(0, (sum, next) -> 31 * sum + next);

    assertThat(MessageFormat.VERSION).isEqualTo((byte) 7);
    assertThat(schemas).isEqualTo(-542175196263303598L);
  }

  /** Builds before version 3 compare these bytes and respond that the version is another one. */
  @Test
  void shouldBeginWithTheMarkAndTheVersion() {
    assertThat(response(trace(new LifecycleState.Running()))).startsWith('T', 't', 'q', 7);
  }

  @Test
  void shouldGiveBackTheProgressOfDetectors() {
    PartitionProgress progress =
        new PartitionProgress(
            List.of(
                new SeriesProgress(
                    SeriesId.ofOperation("acme", "shop", "pay"), "evidence", 10_000, 19, 20, 240),
                new SeriesProgress(
                    SeriesId.ofMetric("acme", "shop", "cpu"), "gauge", 60_000, 0, 20, 120)),
            List.of(new CalibrationProgress("acme", AnomalyKind.ERROR_RATE, 0.25, false)));

    byte[] message = ProgressRecords.encode(3, progress, LIMIT);

    assertThat(ProgressRecords.decode(message, 3)).isEqualTo(progress);
    assertThatThrownBy(() -> ProgressRecords.decode(message, 4))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> ProgressRecords.encode(3, progress, 40))
        .isInstanceOf(MessageTooLargeException.class);
  }

  @Test
  void shouldGiveBackTheStatusOfAnInstance() {
    InstanceStatus status =
        new InstanceStatus(
            "10.0.0.1:8080",
            "0.1.0",
            Instant.ofEpochMilli(7),
            List.of(0, 2),
            List.of(),
            Map.of("traces", 5L),
            Map.of("threads", "4"));

    assertThat(InstanceRecords.decode(InstanceRecords.encode(0, status, LIMIT), 0))
        .isEqualTo(status);
  }

  @Test
  void shouldGiveBackATraceInEachState() {
    for (LifecycleState state :
        List.of(
            new LifecycleState.Running(),
            new LifecycleState.Stuck(-5, 60_000),
            new LifecycleState.Abandoned(7),
            new LifecycleState.Completed(Long.MAX_VALUE),
            new LifecycleState.Failed(9, "Timeout", "zu spät"),
            new LifecycleState.Cancelled(Long.MIN_VALUE))) {
      TraceSnapshot trace = trace(state);

      PeerTrace received = MessageFormat.TRACE_RESPONSE.decode(response(trace), 4).getTrace();

      assertThat(TraceRecords.snapshot(received)).isEqualTo(trace);
    }
  }

  @Test
  void shouldReportAnUnknownStateAsAnotherVersion() {
    PeerTrace trace = TraceRecords.record(trace(new LifecycleState.Running()));
    trace.getState().put("label", "paused");

    assertThatThrownBy(() -> TraceRecords.snapshot(trace))
        .isInstanceOfSatisfying(
            MalformedMessageException.class,
            e -> assertThat(e.failure()).isEqualTo(PeerFailure.OTHER_FORMAT));
  }

  @Test
  void shouldRejectNegativeLimits() {
    TracesRequest request = new TracesRequest();
    request.put("maxRead", -1);

    assertThatThrownBy(() -> RequestRecords.limits(request))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void shouldNotWriteMoreThanTheLimit() {
    TraceSnapshot trace = trace(new LifecycleState.Running());
    TraceResponse response = new TraceResponse(4, TraceRecords.record(trace));
    int size = response(trace).length;

    assertThat(MessageFormat.TRACE_RESPONSE.encode(response, size)).hasSize(size);
    assertThatThrownBy(() -> MessageFormat.TRACE_RESPONSE.encode(response, size - 1))
        .isInstanceOf(MessageTooLargeException.class);
  }

  @Test
  void shouldReadForgedBytesOrRejectThem() {
    byte[] message = response(trace(new LifecycleState.Failed(9, "Timeout", "late")));
    Random random = new Random(12);
    for (int i = 0; i < 20_000; i++) {
      byte[] forged = message.clone();
      for (int change = 0; change <= random.nextInt(3); change++) {
        forged[
                MessageFormat.HEADER_BYTES
                    + random.nextInt(forged.length - MessageFormat.HEADER_BYTES)] =
            (byte) random.nextInt();
      }
      PartitionWindowsTest.sign(forged);
      try {
        PeerTrace trace = MessageFormat.TRACE_RESPONSE.decode(forged, 4).getTrace();
        if (trace != null) {
          TraceRecords.snapshot(trace);
        }
      } catch (MalformedMessageException e) {
        assertThat(e.failure()).isIn(PeerFailure.GARBLED, PeerFailure.OTHER_FORMAT);
      }
    }
  }

  private static long fingerprint(Schema schema) {
    return SchemaNormalization.parsingFingerprint64(schema);
  }

  private static byte[] response(TraceSnapshot trace) {
    return MessageFormat.TRACE_RESPONSE.encode(
        new TraceResponse(4, TraceRecords.record(trace)), LIMIT);
  }

  private static TraceSnapshot trace(LifecycleState state) {
    return new TraceSnapshot(
        "default",
        "t1",
        "shop",
        "pay",
        state,
        OptionalLong.of(1_000),
        2_000,
        3,
        OptionalLong.empty(),
        OptionalDouble.of(12.5),
        "charge",
        2,
        Map.of("orderId", "o-1"),
        Map.of("a", "1", "b", ""),
        Map.of(),
        Map.of("items", 3.0),
        Map.of("cpu", Double.MAX_VALUE),
        List.of(
            new TraceStep(1_000, TraceStep.Kind.STARTED, "shop", "pay", "s1", "pay", Map.of()),
            new TraceStep(
                1_500, TraceStep.Kind.EVENT, "shop", "pay", "", "büro", Map.of("k", "v"))),
        1,
        List.of(
            new TraceSpan(
                "s1",
                "",
                "shop",
                "pay",
                SpanKind.SERVER,
                OptionalLong.of(1_000),
                Optional.empty(),
                OptionalLong.empty(),
                Map.of("a", "1")),
            new TraceSpan(
                "s2",
                "s1",
                "bank",
                "charge",
                SpanKind.UNSPECIFIED,
                OptionalLong.empty(),
                Optional.of(new SpanEnd(1_900, TraceStatus.FAILED, 300, "Refused", "no money")),
                OptionalLong.of(300),
                Map.of())));
  }
}
