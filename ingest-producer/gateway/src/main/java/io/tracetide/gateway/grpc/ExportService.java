package io.tracetide.gateway.grpc;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.util.AsciiString;
import io.tracetide.gateway.format.otlp.RpcCode;
import io.tracetide.gateway.http.BodyReceiver;
import io.tracetide.gateway.receive.Reply;
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RequestRefusal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Serves the unary calls of OTLP's services and refuses all others.
 *
 * <p>This implements gRPC over HTTP/2 without generated stubs: a call is one message with a header
 * of five bytes, and is processed like every other request body.
 */
public final class ExportService implements HttpService {

  /** Path of the method for spans. */
  public static final String TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

  /** Path of the method for metrics. */
  public static final String METRICS =
      "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

  private static final AsciiString STATUS = AsciiString.cached("grpc-status");
  private static final AsciiString MESSAGE = AsciiString.cached("grpc-message");
  private static final AsciiString DETAILS = AsciiString.cached("grpc-status-details-bin");
  private static final AsciiString ENCODING = AsciiString.cached("grpc-encoding");
  private static final AsciiString ACCEPT_ENCODING = AsciiString.cached("grpc-accept-encoding");
  private static final String ENCODINGS = "identity,gzip";

  private static final MediaType GRPC = MediaType.parse("application/grpc+proto");
  private static final HttpHeaders GOOD = HttpHeaders.of(STATUS, "0");

  private final Map<String, PayloadFormat> methods;
  private final BodyReceiver receiver;

  /**
   * Serves every path.
   *
   * @param methods protobuf formats by path, {@code /package.Service/Method}
   */
  public ExportService(Map<String, PayloadFormat> methods, BodyReceiver receiver) {
    this.methods = Map.copyOf(methods);
    this.receiver = receiver;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest req) {
    MediaType type = req.contentType();
    if (type == null || !isProtobuf(type)) {
      return afterBody(
          req,
          HttpResponse.of(
              HttpStatus.UNSUPPORTED_MEDIA_TYPE,
              MediaType.PLAIN_TEXT_UTF_8,
              "this port serves gRPC (application/grpc); OTLP over HTTP has its own port"));
    }
    PayloadFormat format = methods.get(ctx.path());
    if (format == null) {
      return afterBody(
          req,
          failed(
              GrpcStatus.UNIMPLEMENTED,
              "the methods are " + String.join(", ", methods.keySet().stream().sorted().toList()),
              Duration.ZERO));
    }
    String encoding = req.headers().get(ENCODING, "identity").toLowerCase(Locale.ROOT).strip();
    if (!encoding.equals("identity") && !encoding.equals("gzip")) {
      receiver.ingest().refuse(format, RequestRefusal.UNSUPPORTED_MEDIA_TYPE, encoding);
      return afterBody(
          req,
          failed(
              GrpcStatus.UNIMPLEMENTED,
              "grpc-encoding must be one of " + ENCODINGS,
              Duration.ZERO));
    }
    int limit = receiver.ingest().limits().wireBytes();
    return HttpResponse.of(
        receiver
            .submit(
                ctx, req, format, Frame.HEADER_BYTES, body -> Frame.unwrap(body, encoding, limit))
            .thenApply(ExportService::respond));
  }

  /** Before the end of the body, the stream would end with CANCELLED, which is retryable. */
  private static HttpResponse afterBody(HttpRequest req, HttpResponse answer) {
    return HttpResponse.of(BodyReceiver.afterBody(req, CompletableFuture.completedFuture(answer)));
  }

  private static boolean isProtobuf(MediaType type) {
    return type.type().equals("application")
        && (type.subtype().equals("grpc") || type.subtype().equals("grpc+proto"));
  }

  private static HttpResponse respond(Reply reply) {
    if (reply instanceof Reply.Refused refused) {
      return failed(RpcCode.of(refused.refusal()), refused.detail(), refused.retryAfter());
    }
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(GRPC)
            .set(ACCEPT_ENCODING, ENCODINGS)
            .build(),
        HttpData.wrap(Frame.wrap(reply.answer().body())),
        GOOD);
  }

  /** A response without a message consists of headers only (Trailers-Only). */
  private static HttpResponse failed(int code, String message, Duration retryAfter) {
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(GRPC)
            .endOfStream(true)
            .set(ACCEPT_ENCODING, ENCODINGS)
            .setInt(STATUS, code)
            .set(MESSAGE, GrpcStatus.percentEncoded(message));
    if (!retryAfter.isZero()) {
      headers.set(DETAILS, GrpcStatus.retryDetails(code, message, retryAfter));
    }
    return HttpResponse.of(headers.build());
  }
}
