package io.tracetide.gateway.receive;

import io.tracetide.gateway.metric.GatewayMetrics;
import io.tracetide.gateway.publish.Gate;
import io.tracetide.gateway.publish.PublishResult;
import io.tracetide.gateway.publish.Publisher;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.gateway.record.InFlight;
import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.Quota;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.RecordBatches;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusedRequestException;
import io.tracetide.gateway.record.RequestRefusal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes the requests of all transports: receives a body within the limits, decodes it,
 * publishes its records, and responds when Kafka has acknowledged them. Bodies are decoded on
 * worker threads; nothing blocks a thread in between.
 */
public final class IngestPipeline {

  private static final Logger log = LoggerFactory.getLogger(IngestPipeline.class);

  /**
   * The collaborators of the pipeline.
   *
   * @param workers on which bodies are decoded
   */
  public record Parts(
      Clock clock,
      RecordBatches batches,
      Quota quota,
      InFlight inFlight,
      Gate gate,
      Publisher publisher,
      GatewayMetrics metrics,
      Workers workers) {}

  /**
   * Worker threads.
   *
   * @param threads their number
   */
  public record Workers(Executor executor, int threads) {}

  private final Parts parts;
  private final Inflation inflation;
  private final Backlog backlog;
  private final SenderLog senderLog = new SenderLog();

  public IngestPipeline(Parts parts) {
    this.parts = parts;
    this.inflation = new Inflation(parts.batches().bodyLimits().inflatedBytes());
    this.backlog = new Backlog(parts.workers().threads());
  }

  public BodyLimits limits() {
    return parts.batches().bodyLimits();
  }

  /**
   * Processes a request.
   *
   * @param tenant owner of every record in it
   * @return completes with a reply, never exceptionally
   */
  public CompletableFuture<Reply> submit(PayloadFormat format, String tenant, RequestBody body) {
    RequestRefusal shut = parts.gate().refusal();
    if (shut != null) {
      return CompletableFuture.completedFuture(
          refuse(
              format, new RefusedRequestException(shut, "the gateway is starting; retry later")));
    }
    if (backlog.isFull()) {
      return CompletableFuture.completedFuture(refuse(format, overloaded()));
    }
    InFlight.Share room = parts.inFlight().open();
    return body.receive(room)
        .thenApply(message -> new Queued(message, backlog.enter(System.nanoTime())))
        .thenComposeAsync(
            queued -> decodeInTime(format, tenant, queued, room), parts.workers().executor())
        .exceptionally(failure -> refuse(format, failure))
        .whenComplete((reply, failure) -> room.close());
  }

  /** The reply to a request that is refused without reading its body. */
  public Reply refuse(PayloadFormat format, RequestRefusal refusal, String detail) {
    return refuse(format, new RefusedRequestException(refusal, detail));
  }

  private CompletableFuture<Reply> decodeInTime(
      PayloadFormat format, String tenant, Queued queued, InFlight.Share room) {
    long started = System.nanoTime();
    if (!queued.ticket().leave(started)) {
      throw overloaded();
    }
    try {
      return decode(format, tenant, queued.message(), room);
    } finally {
      backlog.completed(System.nanoTime() - started);
    }
  }

  private static RefusedRequestException overloaded() {
    return new RefusedRequestException(
        RequestRefusal.OVERLOADED, "the gateway is overloaded; retry later");
  }

  /** A body that waits for a worker. */
  private record Queued(Message message, Backlog.Ticket ticket) {}

  private CompletableFuture<Reply> decode(
      PayloadFormat format, String tenant, Message message, InFlight.Share room) {
    parts.metrics().bytesReceived(format.label(), message.payload().length());
    RecordBatchBuilder batch = parts.batches().start(tenant, parts.clock().instant(), room);
    Payload body = message.payload();
    long bodyBytes = body.bytes().length;
    try {
      if (message.gzip()) {
        body = inflation.inflate(message, room);
        bodyBytes += body.bytes().length;
      }
      format.read(body, batch);
      parts.quota().take(tenant, batch.accepted().size(), batch.encodedBytes());
    } catch (RefusedRequestException e) {
      parts.metrics().received(format.label(), batch.received());
      parts.metrics().refused(format.label(), e.refusal(), batch.received());
      throw e;
    }
    parts.metrics().received(format.label(), batch.received());
    parts.metrics().truncated(batch.truncations());
    senderLog.truncated(format.label(), batch.truncations());
    parts.metrics().masked(batch.findings());
    // Only the encoded records are needed from here on.
    room.release(bodyBytes);
    long published = System.nanoTime();
    return parts
        .publisher()
        .publish(batch.accepted())
        .thenApply(
            result -> {
              parts.metrics().acknowledged(Duration.ofNanos(System.nanoTime() - published));
              return accepted(format, batch, result);
            });
  }

  private Reply accepted(PayloadFormat format, RecordBatchBuilder batch, PublishResult result) {
    if (result instanceof PublishResult.Unavailable unavailable) {
      parts.metrics().refused(format.label(), RequestRefusal.KAFKA_UNAVAILABLE, batch.received());
      return refuse(format, RequestRefusal.KAFKA_UNAVAILABLE, unavailable.detail());
    }
    List<Refusal> refused = new ArrayList<>(batch.refused());
    refused.addAll(((PublishResult.Acknowledged) result).refused());
    int accepted = batch.received() - refused.size();
    parts.metrics().accepted(format.label(), accepted);
    parts.metrics().refused(format.label(), refused);
    parts.metrics().answered(format.label(), format.acceptedStatus());
    senderLog.refused(format.label(), refused);
    return new Reply.Accepted(format.accepted(accepted, refused, batch.warnings()));
  }

  private Reply refuse(PayloadFormat format, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof RefusedRequestException refused) {
      return refuse(format, refused);
    }
    if (cause instanceof RejectedExecutionException) {
      return refuse(format, RequestRefusal.OVERLOADED, "the gateway is stopping");
    }
    if (cause instanceof CutOffException || cause instanceof CancellationException) {
      return reply(format, RefusedRequestException.malformed("the body is cut off"));
    }
    log.error("request failed endpoint={}", format.label(), cause);
    return refuse(format, RequestRefusal.INTERNAL, "the gateway failed to handle this request");
  }

  private Reply refuse(PayloadFormat format, RefusedRequestException refused) {
    parts.metrics().answered(format.label(), refused.refusal().status());
    return reply(format, refused);
  }

  private static Reply reply(PayloadFormat format, RefusedRequestException refused) {
    return new Reply.Refused(
        refused.refusal(),
        refused.retryAfter(),
        refused.detail(),
        format.refused(refused.refusal(), refused.detail()));
  }
}
