package io.tracetide.gateway.receive;

import io.tracetide.gateway.metric.GatewayMetrics;
import io.tracetide.gateway.publish.Gate;
import io.tracetide.gateway.publish.PublishResult;
import io.tracetide.gateway.publish.Publisher;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.gateway.record.EventLimits;
import io.tracetide.gateway.record.InFlight;
import io.tracetide.gateway.record.KnownTexts;
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.Quota;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.RecordEncoder;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusedRequestException;
import io.tracetide.gateway.record.RequestRefusal;
import io.tracetide.runtime.privacy.Masker;
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
 * The way of every body, whatever transport brought it: taken in within the limits, read by its
 * dialect, handed to Kafka, answered when Kafka has. Bodies are read on a few worker threads;
 * nothing waits on any thread in between.
 */
public final class IngestPipeline {

  private static final Logger log = LoggerFactory.getLogger(IngestPipeline.class);

  /**
   * What all endpoints share.
   *
   * @param quota what each tenant may send
   * @param inFlight what all requests may hold together
   * @param workers read bodies
   * @param workerThreads how many at a time
   */
  public record Parts(
      Clock clock,
      EventLimits eventLimits,
      BodyLimits bodyLimits,
      RecordEncoder encoder,
      Masker masker,
      Quota quota,
      InFlight inFlight,
      Gate gate,
      Publisher publisher,
      GatewayMetrics metrics,
      Executor workers,
      int workerThreads) {}

  private final Parts parts;
  private final Inflation inflation;
  private final KnownTexts known;
  private final Backlog backlog;
  private final SenderLog reported = new SenderLog();

  public IngestPipeline(Parts parts) {
    this.parts = parts;
    this.inflation = new Inflation(parts.bodyLimits().inflatedBytes());
    this.known = new KnownTexts(parts.masker());
    this.backlog = new Backlog(parts.workerThreads());
  }

  public BodyLimits limits() {
    return parts.bodyLimits();
  }

  /**
   * Takes a body in.
   *
   * @param tenant owner of every record in it
   * @return never fails
   */
  public CompletableFuture<Reply> submit(
      PayloadFormat dialect, String tenant, RequestBody arrival) {
    RequestRefusal shut = parts.gate().refusal();
    if (shut != null) {
      return CompletableFuture.completedFuture(
          refuse(
              dialect, new RefusedRequestException(shut, "the gateway is starting; retry later")));
    }
    if (backlog.isFull()) {
      return CompletableFuture.completedFuture(refuse(dialect, overloaded()));
    }
    InFlight.Share room = parts.inFlight().open();
    return arrival
        .receive(room)
        .thenApply(message -> new Queued(message, backlog.enter(System.nanoTime())))
        .thenComposeAsync(queued -> takeInTime(dialect, tenant, queued, room), parts.workers())
        .exceptionally(failure -> refuse(dialect, failure))
        .whenComplete((reply, failure) -> room.close());
  }

  /** The answer to a request whose body need not be looked at. */
  public Reply refuse(PayloadFormat dialect, RequestRefusal refusal, String detail) {
    return refuse(dialect, new RefusedRequestException(refusal, detail));
  }

  private CompletableFuture<Reply> takeInTime(
      PayloadFormat dialect, String tenant, Queued queued, InFlight.Share room) {
    long turn = System.nanoTime();
    if (!queued.ticket().leave(turn)) {
      throw overloaded();
    }
    try {
      return take(dialect, tenant, queued.message(), room);
    } finally {
      backlog.took(System.nanoTime() - turn);
    }
  }

  private static RefusedRequestException overloaded() {
    return new RefusedRequestException(
        RequestRefusal.OVERLOADED, "the gateway gets more than it can handle; retry later");
  }

  /** A body that waits for a worker. */
  private record Queued(Message message, Backlog.Ticket ticket) {}

  private CompletableFuture<Reply> take(
      PayloadFormat dialect, String tenant, Message message, InFlight.Share room) {
    parts.metrics().bytesReceived(dialect.label(), message.length());
    RecordBatchBuilder intake =
        new RecordBatchBuilder(
            tenant,
            parts.clock().instant(),
            parts.eventLimits(),
            parts.bodyLimits(),
            parts.encoder(),
            parts.masker(),
            known,
            room);
    long bodyBytes = message.bytes().length;
    try {
      if (message.gzip()) {
        Inflation.Body body = inflation.inflate(message, room);
        bodyBytes += body.bytes().length;
        dialect.read(body.bytes(), 0, body.length(), intake);
      } else {
        dialect.read(message.bytes(), message.from(), message.length(), intake);
      }
      parts.quota().take(tenant, intake.accepted().size(), intake.encodedBytes());
    } catch (RefusedRequestException e) {
      parts.metrics().received(dialect.label(), intake.received());
      parts.metrics().refused(dialect.label(), e.refusal(), intake.received());
      throw e;
    }
    parts.metrics().received(dialect.label(), intake.received());
    parts.metrics().adjusted(intake.adjustments());
    reported.adjusted(dialect.label(), intake.adjustments());
    parts.metrics().masked(intake.findings());
    // From here on only the encoded records are held.
    room.release(bodyBytes);
    long handedOver = System.nanoTime();
    return parts
        .publisher()
        .publish(intake.accepted())
        .thenApply(
            result -> {
              parts.metrics().acknowledged(Duration.ofNanos(System.nanoTime() - handedOver));
              return answer(dialect, intake, result);
            });
  }

  private Reply answer(PayloadFormat dialect, RecordBatchBuilder intake, PublishResult result) {
    if (result instanceof PublishResult.Unavailable unavailable) {
      parts.metrics().refused(dialect.label(), RequestRefusal.KAFKA_UNAVAILABLE, intake.received());
      return refuse(dialect, RequestRefusal.KAFKA_UNAVAILABLE, unavailable.detail());
    }
    List<Refusal> refused = new ArrayList<>(intake.refused());
    refused.addAll(((PublishResult.Acknowledged) result).refused());
    int accepted = intake.received() - refused.size();
    parts.metrics().accepted(dialect.label(), accepted);
    parts.metrics().refused(dialect.label(), refused);
    parts.metrics().answered(dialect.label(), dialect.acceptedStatus());
    reported.refused(dialect.label(), refused);
    return new Reply.Accepted(dialect.accepted(accepted, refused, intake.warnings()));
  }

  private Reply refuse(PayloadFormat dialect, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof RefusedRequestException refused) {
      return refuse(dialect, refused);
    }
    if (cause instanceof RejectedExecutionException) {
      return refuse(dialect, RequestRefusal.OVERLOADED, "the gateway is stopping");
    }
    if (cause instanceof CutOffException || cause instanceof CancellationException) {
      return reply(dialect, RefusedRequestException.malformed("the body is cut off"));
    }
    log.error("request failed endpoint={}", dialect.label(), cause);
    return refuse(dialect, RequestRefusal.INTERNAL, "the gateway failed to handle this request");
  }

  private Reply refuse(PayloadFormat dialect, RefusedRequestException refused) {
    parts.metrics().answered(dialect.label(), refused.refusal().status());
    return reply(dialect, refused);
  }

  private static Reply reply(PayloadFormat dialect, RefusedRequestException refused) {
    return new Reply.Refused(
        refused.refusal(),
        refused.retryAfter(),
        refused.detail(),
        dialect.refused(refused.refusal(), refused.detail()));
  }
}
