package io.tracetide.processor.query.peer.message;

import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.trace.ScanLimits;
import io.tracetide.processor.query.trace.ScanPosition;
import io.tracetide.processor.query.trace.TraceCriteria;
import io.tracetide.processor.query.trace.TraceDetails;
import io.tracetide.processor.query.trace.TraceScan;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.schemas.peer.TracesRequest;
import io.tracetide.schemas.peer.TracesResponse;
import io.tracetide.schemas.peer.WindowDetail;
import io.tracetide.schemas.peer.WindowsRequest;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** Values of queries as the Avro records of {@link MessageFormat}, and back. */
public final class RequestRecords {
  private RequestRecords() {}

  /** A request of windows. */
  public static WindowsRequest windows(
      int partition,
      int limitBytes,
      String tier,
      long fromMs,
      long toMs,
      Scope scope,
      WindowDetail detail) {
    return new WindowsRequest(
        partition,
        limitBytes,
        tier,
        fromMs,
        toMs,
        detail,
        names(scope.tenants()),
        List.copyOf(scope.services()),
        scope.parts());
  }

  public static Scope scope(WindowsRequest request) {
    return new Scope(
        tenants(request.getTenants()),
        new LinkedHashSet<>(request.getServices()),
        request.getParts());
  }

  /** A request of traces that match. */
  public static TracesRequest traces(
      ScanPosition from, int limitBytes, ScanLimits limits, TraceCriteria criteria) {
    return new TracesRequest(
        from.partition(),
        limitBytes,
        buffer(from.position()),
        limits.traces(),
        limits.steps(),
        limits.read(),
        limits.bytes(),
        limits.traceBytes(),
        names(criteria.tenants()),
        List.copyOf(criteria.states()),
        List.copyOf(criteria.services()),
        List.copyOf(criteria.operations()),
        List.copyOf(criteria.contexts()),
        nullable(criteria.startedUpToMs()),
        List.copyOf(criteria.details().tags()),
        nullable(criteria.details().leastMicros()),
        nullable(criteria.details().mostMicros()),
        criteria.details().error().orElse(null));
  }

  public static ScanPosition position(TracesRequest request) {
    return new ScanPosition(request.getPartition(), bytes(request.getPosition()));
  }

  public static ScanLimits limits(TracesRequest request) {
    return new ScanLimits(
        notNegative(request.getMaxTraces()),
        request.getSteps(),
        notNegative(request.getMaxRead()),
        notNegative(request.getMaxBytes()),
        notNegative(request.getMaxTraceBytes()));
  }

  public static TraceCriteria criteria(TracesRequest request) {
    return new TraceCriteria(
        tenants(request.getTenants()),
        new LinkedHashSet<>(request.getStates()),
        new LinkedHashSet<>(request.getServices()),
        new LinkedHashSet<>(request.getOperations()),
        new LinkedHashSet<>(request.getContexts()),
        optional(request.getStartedUpToMs()),
        new TraceDetails(
            new LinkedHashSet<>(request.getTags()),
            optional(request.getLeastMicros()),
            optional(request.getMostMicros()),
            Optional.ofNullable(request.getError())));
  }

  /** The response of one partition to a request of traces. */
  public static TracesResponse response(int partition, TraceScan.Found found) {
    return new TracesResponse(
        partition,
        found.traces().stream().map(TraceRecords::record).toList(),
        found.exhausted(),
        buffer(found.position()),
        found.read());
  }

  public static TraceScan.Found found(TracesResponse response) {
    return new TraceScan.Found(
        response.getTraces().stream().map(TraceRecords::snapshot).toList(),
        response.getExhausted(),
        bytes(response.getPosition()),
        notNegative(response.getRead()));
  }

  /**
   * The value.
   *
   * @throws MalformedMessageException if it is negative
   */
  public static int notNegative(int value) {
    return (int) notNegative((long) value);
  }

  private static long notNegative(long value) {
    if (value < 0) {
      throw MalformedMessageException.garbled(value + " is negative");
    }
    return value;
  }

  static @Nullable Long nullable(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  static OptionalLong optional(@Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static @Nullable List<String> names(Tenants tenants) {
    return tenants.isAll() ? null : List.copyOf(tenants.names());
  }

  private static Tenants tenants(@Nullable List<String> names) {
    return names == null ? Tenants.ALL : Tenants.of(new LinkedHashSet<>(names));
  }

  private static @Nullable ByteBuffer buffer(Optional<Bytes> bytes) {
    return bytes.map(Bytes::get).map(ByteBuffer::wrap).orElse(null);
  }

  private static Optional<Bytes> bytes(@Nullable ByteBuffer buffer) {
    return Optional.ofNullable(buffer).map(ByteBuffer::array).map(Bytes::wrap);
  }
}
