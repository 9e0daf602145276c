package io.tracetide.gateway;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.format.lifecycle.TraceEventJson;
import io.tracetide.gateway.format.lifecycle.TraceEventLines;
import io.tracetide.gateway.format.otlp.OtlpJson;
import io.tracetide.gateway.format.otlp.OtlpMetricsJson;
import io.tracetide.gateway.format.otlp.OtlpMetricsProtobuf;
import io.tracetide.gateway.format.otlp.OtlpProtobuf;
import io.tracetide.gateway.format.otlp.WriterConflicts;
import io.tracetide.gateway.format.zipkin.ZipkinJson;
import io.tracetide.gateway.grpc.ExportService;
import io.tracetide.gateway.http.BodyReceiver;
import io.tracetide.gateway.http.IngestService;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.gateway.record.PayloadFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The routes of the gateway over HTTP and gRPC, with the payload formats that each accepts. */
final class GatewayRoutes {

  private final BodyLimits limits;
  private final BodyReceiver receiver;
  private final WriterConflicts conflicts = new WriterConflicts();

  GatewayRoutes(BodyLimits limits, BodyReceiver receiver) {
    this.limits = limits;
    this.receiver = receiver;
  }

  /** Adds the routes of HTTP. */
  void http(ServerBuilder server) {
    JsonBodies json = new JsonBodies(limits);
    PayloadFormat traces = new OtlpJson(json, limits.jsonValues());
    PayloadFormat metrics = new OtlpMetricsJson(json, limits.jsonValues(), conflicts);
    PayloadFormat zipkin = new ZipkinJson(json);
    PayloadFormat events = new TraceEventJson(json, limits.jsonValues());
    PayloadFormat lines = new TraceEventLines(json, limits.jsonValues());
    Map<String, PayloadFormat> eventFormats = new HashMap<>();
    eventFormats.put(TraceEventJson.CONTENT_TYPE, events);
    TraceEventLines.CONTENT_TYPES.forEach(type -> eventFormats.put(type, lines));
    post(
        server,
        "/v1/traces",
        Map.of(OtlpProtobuf.CONTENT_TYPE, new OtlpProtobuf(), OtlpJson.CONTENT_TYPE, traces),
        traces);
    post(
        server,
        "/v1/metrics",
        Map.of(
            OtlpProtobuf.CONTENT_TYPE,
            new OtlpMetricsProtobuf(conflicts),
            OtlpJson.CONTENT_TYPE,
            metrics),
        metrics);
    post(server, "/api/v2/spans", Map.of(ZipkinJson.CONTENT_TYPE, zipkin), zipkin);
    post(server, "/v1/trace-events", eventFormats, events);
    byte[] index =
        json.write(
            new Index(
                "tracetide gateway",
                List.of(
                    "POST /v1/traces",
                    "POST /v1/metrics",
                    "POST /api/v2/spans",
                    "POST /v1/trace-events")));
    server
        .route()
        .path("/")
        .methods(HttpMethod.GET, HttpMethod.HEAD)
        .build((ctx, req) -> HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, index));
  }

  /** Response of the root path, for a browser. */
  private record Index(String service, List<String> endpoints) {}

  /** Adds the route of all calls of gRPC; the service answers unknown ones as gRPC requires. */
  void grpc(ServerBuilder server) {
    server
        .route()
        .post("/{service}/{method}")
        .maxRequestLength(2L * limits.wireBytes())
        .build(
            new ExportService(
                Map.of(
                    ExportService.TRACES, new OtlpProtobuf("otlp_grpc"),
                    ExportService.METRICS, new OtlpMetricsProtobuf("otlp_metrics_grpc", conflicts)),
                receiver));
  }

  private void post(
      ServerBuilder server,
      String path,
      Map<String, PayloadFormat> formats,
      PayloadFormat fallback) {
    // The service answers a request above the limit in the client's format; at twice the limit the
    // server closes the connection.
    server
        .route()
        .post(path)
        .maxRequestLength(2L * limits.wireBytes())
        .build(new IngestService(formats, fallback, receiver));
  }
}
