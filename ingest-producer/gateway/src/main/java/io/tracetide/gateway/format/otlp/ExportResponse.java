package io.tracetide.gateway.format.otlp;

import com.google.protobuf.CodedOutputStream;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.gateway.record.RequestRefusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Response messages of an OTLP signal: the export response with its partial success, and {@code
 * google.rpc.Status} for a refused request.
 */
enum ExportResponse {
  SPANS("rejectedSpans", "spans"),
  DATA_POINTS("rejectedDataPoints", "data points");

  private static final int STATUS_CODE = 1;
  private static final int STATUS_MESSAGE = 2;

  private final String rejectedField;
  private final String items;

  ExportResponse(String rejectedField, String items) {
    this.rejectedField = rejectedField;
    this.items = items;
  }

  /** The export response in protobuf; its field numbers are the same for every signal. */
  byte[] protobuf(List<Refusal> refused, Set<String> warnings) {
    ExportTraceServiceResponse.Builder response = ExportTraceServiceResponse.newBuilder();
    if (!refused.isEmpty() || !warnings.isEmpty()) {
      response.setPartialSuccess(
          ExportTracePartialSuccess.newBuilder()
              .setRejectedSpans(refused.size())
              .setErrorMessage(errorMessage(refused, warnings)));
    }
    return response.build().toByteArray();
  }

  /** The export response in Protobuf's JSON mapping, in which a 64-bit integer is text. */
  Map<String, ?> json(List<Refusal> refused, Set<String> warnings) {
    if (refused.isEmpty() && warnings.isEmpty()) {
      return Map.of();
    }
    Map<String, String> partialSuccess = new LinkedHashMap<>();
    partialSuccess.put(rejectedField, Integer.toString(refused.size()));
    partialSuccess.put("errorMessage", errorMessage(refused, warnings));
    return Map.of("partialSuccess", partialSuccess);
  }

  /** Each reason of refusal with its count and first detail, then the warnings. */
  private String errorMessage(List<Refusal> refused, Set<String> warnings) {
    return Stream.concat(
            refused.isEmpty() ? Stream.of() : Stream.of(refusals(refused)),
            warnings.stream().map(warning -> "warning: " + warning))
        .collect(Collectors.joining("; "));
  }

  private String refusals(List<Refusal> refused) {
    Map<RefusalReason, Integer> counts = new EnumMap<>(RefusalReason.class);
    Map<RefusalReason, String> details = new EnumMap<>(RefusalReason.class);
    for (Refusal refusal : refused) {
      counts.merge(refusal.reason(), 1, Integer::sum);
      details.putIfAbsent(refusal.reason(), refusal.detail());
    }
    return counts.entrySet().stream()
        .map(
            count ->
                "%d %s (%s)"
                    .formatted(
                        count.getValue(), count.getKey().label(), details.get(count.getKey())))
        .collect(Collectors.joining(", ", "refused " + items + ": ", ""));
  }

  /** {@code google.rpc.Status} in protobuf. */
  static byte[] protobufStatus(RequestRefusal refusal, String detail) {
    int code = RpcCode.of(refusal);
    byte[] status =
        new byte
            [CodedOutputStream.computeInt32Size(STATUS_CODE, code)
                + CodedOutputStream.computeStringSize(STATUS_MESSAGE, detail)];
    CodedOutputStream out = CodedOutputStream.newInstance(status);
    try {
      out.writeInt32(STATUS_CODE, code);
      out.writeString(STATUS_MESSAGE, detail);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException("an array of the computed size does not overflow", e);
    }
    return status;
  }

  /** {@code google.rpc.Status} in Protobuf's JSON mapping. */
  static Map<String, Object> jsonStatus(RequestRefusal refusal, String detail) {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("code", RpcCode.of(refusal));
    status.put("message", detail);
    return status;
  }
}
