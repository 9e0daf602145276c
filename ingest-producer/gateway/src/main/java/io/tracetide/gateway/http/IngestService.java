package io.tracetide.gateway.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.gateway.intake.BodyLimits;
import io.tracetide.gateway.intake.Dialect;
import io.tracetide.gateway.intake.EventEncoder;
import io.tracetide.gateway.intake.EventLimits;
import io.tracetide.gateway.intake.InFlight;
import io.tracetide.gateway.intake.Intake;
import io.tracetide.gateway.intake.Refusal;
import io.tracetide.gateway.intake.RefusedRequestException;
import io.tracetide.gateway.intake.RequestRefusal;
import io.tracetide.gateway.metric.GatewayMetrics;
import io.tracetide.gateway.publish.Gate;
import io.tracetide.gateway.publish.PublishResult;
import io.tracetide.gateway.publish.Publisher;
import io.tracetide.runtime.privacy.Masker;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One endpoint: takes a body in, has it read by the dialect that its content type names, hands the
 * records to Kafka, and answers when Kafka has. Bodies are read on a few worker threads; nothing
 * waits on any thread in between.
 */
public final class IngestService implements HttpService {

  private static final Logger log = LoggerFactory.getLogger(IngestService.class);

  private static final String RETRY_AFTER_SECONDS = "2";

  private final Map<String, Dialect> dialects;
  private final Dialect fallback;
  private final Ingest ingest;

  /**
   * Serves one path.
   *
   * @param dialects by content type
   * @param fallback answers a content type that none of them reads
   */
  public IngestService(Map<String, Dialect> dialects, Dialect fallback, Ingest ingest) {
    this.dialects = Map.copyOf(dialects);
    this.fallback = fallback;
    this.ingest = ingest;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest req) {
    Dialect dialect = dialect(req);
    if (dialect == null) {
      return refuse(
          fallback,
          RequestRefusal.UNSUPPORTED_MEDIA_TYPE,
          "Content-Type must be one of "
              + String.join(", ", dialects.keySet().stream().sorted().toList()));
    }
    String coding = req.headers().get(HttpHeaderNames.CONTENT_ENCODING, "identity");
    boolean gzip = coding.toLowerCase(Locale.ROOT).strip().equals("gzip");
    if (!gzip && !coding.isBlank() && !coding.equals("identity")) {
      return refuse(
          dialect,
          RequestRefusal.UNSUPPORTED_MEDIA_TYPE,
          "Content-Encoding must be gzip or identity");
    }
    RequestRefusal shut = ingest.gate().refusal();
    if (shut != null) {
      return refuse(dialect, shut, "the gateway is starting; retry later");
    }
    InFlight.Share room = ingest.inFlight().open();
    return HttpResponse.of(
        req.peekData(new WireMeter(ingest.bodyLimits().wireBytes(), room))
            .aggregate()
            .thenComposeAsync(body -> take(dialect, gzip, body, room), ingest.workers())
            .exceptionally(failure -> refuse(dialect, failure))
            .whenComplete((answer, failure) -> room.close()));
  }

  private @Nullable Dialect dialect(HttpRequest req) {
    MediaType type = req.contentType();
    return type == null ? null : dialects.get(type.type() + "/" + type.subtype());
  }

  private CompletableFuture<HttpResponse> take(
      Dialect dialect, boolean gzip, AggregatedHttpRequest request, InFlight.Share room) {
    byte[] wire = request.content().array();
    ingest.metrics().bytesReceived(dialect.label(), wire.length);
    Intake intake =
        new Intake(
            ingest.tenant(),
            ingest.clock().instant(),
            ingest.eventLimits(),
            ingest.bodyLimits(),
            ingest.encoder(),
            ingest.masker(),
            room);
    long bodyBytes = wire.length;
    try {
      Inflation.Body body = new Inflation.Body(wire, wire.length);
      if (gzip) {
        body = ingest.inflation().inflate(wire, room);
        bodyBytes += body.bytes().length;
      }
      dialect.read(body.bytes(), body.length(), intake);
    } catch (RefusedRequestException e) {
      ingest.metrics().received(dialect.label(), intake.received());
      ingest.metrics().refused(dialect.label(), e.refusal(), intake.received());
      throw e;
    }
    ingest.metrics().received(dialect.label(), intake.received());
    ingest.metrics().adjusted(intake.adjustments());
    ingest.metrics().masked(intake.findings());
    // From here on only the encoded records are held.
    room.release(bodyBytes);
    long handedOver = System.nanoTime();
    return ingest
        .publisher()
        .publish(intake.accepted())
        .thenApply(
            result -> {
              ingest.metrics().acknowledged(Duration.ofNanos(System.nanoTime() - handedOver));
              return answer(dialect, intake, result);
            });
  }

  private HttpResponse answer(Dialect dialect, Intake intake, PublishResult result) {
    if (result instanceof PublishResult.Unavailable unavailable) {
      ingest
          .metrics()
          .refused(dialect.label(), RequestRefusal.KAFKA_UNAVAILABLE, intake.received());
      return refuse(dialect, RequestRefusal.KAFKA_UNAVAILABLE, unavailable.detail());
    }
    List<Refusal> refused = new ArrayList<>(intake.refused());
    refused.addAll(((PublishResult.Acknowledged) result).refused());
    int accepted = intake.received() - refused.size();
    ingest.metrics().accepted(dialect.label(), accepted);
    ingest.metrics().refused(dialect.label(), refused);
    ingest.metrics().answered(dialect.label(), 200);
    return respond(200, false, dialect.accepted(accepted, refused));
  }

  private HttpResponse refuse(Dialect dialect, Throwable failure) {
    Throwable cause = Exceptions.peel(failure);
    if (cause instanceof RefusedRequestException refused) {
      return refuse(dialect, refused.refusal(), refused.detail());
    }
    if (cause instanceof RejectedExecutionException) {
      return refuse(dialect, RequestRefusal.OVERLOADED, "the gateway is stopping");
    }
    if (Exceptions.isStreamCancelling(cause) || cause instanceof CancellationException) {
      // The sender hung up, or has its answer already: nobody reads this.
      return respond(RequestRefusal.MALFORMED, dialect, "the body is cut off");
    }
    log.error("request failed endpoint={}", dialect.label(), cause);
    return refuse(dialect, RequestRefusal.INTERNAL, "the gateway failed to handle this request");
  }

  private HttpResponse refuse(Dialect dialect, RequestRefusal refusal, String detail) {
    ingest.metrics().answered(dialect.label(), refusal.status());
    return respond(refusal, dialect, detail);
  }

  private static HttpResponse respond(RequestRefusal refusal, Dialect dialect, String detail) {
    return respond(refusal.status(), refusal.retryable(), dialect.refused(refusal, detail));
  }

  private static HttpResponse respond(int status, boolean retryable, Dialect.Answer answer) {
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(status).contentType(MediaType.parse(answer.contentType()));
    if (retryable) {
      headers.set(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return HttpResponse.of(headers.build(), HttpData.wrap(answer.body()));
  }

  /** Counts a body while it arrives, takes room for it, and stops it at its limit. */
  private static final class WireMeter implements Consumer<HttpData> {

    private final int limit;
    private final InFlight.Share room;
    private int arrived;

    WireMeter(int limit, InFlight.Share room) {
      this.limit = limit;
      this.room = room;
    }

    @Override
    public void accept(HttpData data) {
      if (data.length() > limit - arrived) {
        throw new RefusedRequestException(
            RequestRefusal.TOO_LARGE, "the body has more than " + limit + " bytes");
      }
      arrived += data.length();
      room.claim(data.length());
    }
  }

  /** What all endpoints share. */
  public record Ingest(
      String tenant,
      Clock clock,
      EventLimits eventLimits,
      BodyLimits bodyLimits,
      EventEncoder encoder,
      Masker masker,
      InFlight inFlight,
      Gate gate,
      Publisher publisher,
      GatewayMetrics metrics,
      Executor workers) {

    Inflation inflation() {
      return new Inflation(bodyLimits.inflatedBytes());
    }
  }
}
