package io.tracetide.standalone.replay;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table of spans in CSV: {@code start_ms,service,operation,duration_us,error}. It has no parents,
 * so every span is a separate trace, whose id is derived from the row number and the salt of the
 * run.
 */
public final class SpanTable implements Recording {
  static final List<String> COLUMNS =
      List.of("start_ms", "service", "operation", "duration_us", "error");

  /**
   * One row.
   *
   * @param row its number in the table, from 0
   */
  public record Row(
      long row,
      String service,
      String operation,
      long startMs,
      long durationMicros,
      boolean error) {
    /** Its end, microseconds since the epoch. */
    public long endMicros() {
      return startMs * 1_000 + durationMicros;
    }
  }

  private final List<Row> rows;

  private SpanTable(List<Row> rows) {
    this.rows = rows;
  }

  static SpanTable read(Path file, BufferedReader reader) throws IOException {
    String header = reader.readLine();
    if (header == null || !CsvLine.split(header).equals(COLUMNS)) {
      throw new MalformedRecordingException(
          file,
          1,
          "expected the header %s, or OTLP/JSON lines that start with {"
              .formatted(String.join(",", COLUMNS)));
    }
    Map<String, String> names = new HashMap<>();
    List<Row> rows = new ArrayList<>();
    String line;
    while ((line = reader.readLine()) != null) {
      if (!line.isEmpty()) {
        rows.add(row(file, rows.size(), line, names));
      }
    }
    if (rows.isEmpty()) {
      throw new MalformedRecordingException(file, 1, "expected at least one span");
    }
    rows.sort(Comparator.comparingLong(Row::endMicros).thenComparingLong(Row::row));
    return new SpanTable(rows);
  }

  private static Row row(Path file, long index, String line, Map<String, String> names)
      throws MalformedRecordingException {
    List<String> fields = CsvLine.split(line);
    try {
      if (fields.size() != COLUMNS.size()) {
        throw new IllegalArgumentException("%d fields".formatted(fields.size()));
      }
      long duration = Long.parseLong(fields.get(3));
      if (duration < 0) {
        throw new IllegalArgumentException("a negative duration_us");
      }
      return new Row(
          index,
          names.computeIfAbsent(fields.get(1), n -> n),
          names.computeIfAbsent(fields.get(2), n -> n),
          Long.parseLong(fields.get(0)),
          duration,
          isError(fields.get(4)));
    } catch (IllegalArgumentException e) {
      throw new MalformedRecordingException(
          file,
          index + 2,
          "expected %s, got %s".formatted(String.join(",", COLUMNS), e.getMessage()));
    }
  }

  private static boolean isError(String text) {
    return switch (text) {
      case "0", "false" -> false;
      case "1", "true" -> true;
      default -> throw new IllegalArgumentException("error=" + text);
    };
  }

  /** The rows in the order of the spans' ends. */
  public List<Row> rows() {
    return Collections.unmodifiableList(rows);
  }

  @Override
  public long spans() {
    return rows.size();
  }

  @Override
  public long lastEndMs() {
    return ceilMillis(rows.get(rows.size() - 1).endMicros());
  }

  private static long ceilMillis(long micros) {
    return Math.floorDiv(micros + 999, 1_000L);
  }

  @Override
  public void forEachBatch(long shiftMs, IdSalt salt, int batchSize, BatchConsumer consumer)
      throws InterruptedException {
    for (int from = 0; from < rows.size(); from += batchSize) {
      List<Row> part = rows.subList(from, Math.min(from + batchSize, rows.size()));
      long lastEndMs = ceilMillis(part.get(part.size() - 1).endMicros()) + shiftMs;
      consumer.accept(
          new Batch(part.size(), lastEndMs, Batch.PROTOBUF, () -> encode(part, shiftMs, salt)));
    }
  }

  /** Encodes one resource for each service, like a collector. */
  private static byte[] encode(List<Row> rows, long shiftMs, IdSalt salt) {
    Map<String, ScopeSpans.Builder> byService = new LinkedHashMap<>();
    for (Row row : rows) {
      byService
          .computeIfAbsent(row.service(), s -> ScopeSpans.newBuilder())
          .addSpans(span(row, shiftMs, salt));
    }
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    byService.forEach(
        (service, spans) ->
            request.addResourceSpans(
                ResourceSpans.newBuilder().setResource(resource(service)).addScopeSpans(spans)));
    return request.build().toByteArray();
  }

  private static Resource resource(String service) {
    return Resource.newBuilder()
        .addAttributes(
            KeyValue.newBuilder()
                .setKey("service.name")
                .setValue(AnyValue.newBuilder().setStringValue(service)))
        .build();
  }

  private static Span span(Row row, long shiftMs, IdSalt salt) {
    long startNanos = (row.startMs() + shiftMs) * 1_000_000;
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(ByteString.copyFrom(salt.traceId(id(row.row(), 16))))
            .setSpanId(ByteString.copyFrom(salt.spanId(id(~row.row(), 8))))
            .setName(row.operation())
            .setStartTimeUnixNano(startNanos)
            .setEndTimeUnixNano(startNanos + row.durationMicros() * 1_000);
    if (row.error()) {
      span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
    }
    return span.build();
  }

  private static byte[] id(long seed, int bytes) {
    ByteBuffer id = ByteBuffer.allocate(bytes);
    for (long i = 0; id.hasRemaining(); i++) {
      id.putLong(IdSalt.mix(seed * 2 + i));
    }
    return id.array();
  }
}
