package io.tracetide.instrumentation.otel;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.tracetide.client.TraceEmitter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Exports finished spans through a {@link TraceEmitter}, converted as in the gateway. The service
 * name is that of the span's resource.
 *
 * <p>{@link #export} succeeds at once: the spans are queued in the emitter, and {@link
 * TraceEmitter#stats} counts them.
 */
public final class TracetideSpanExporter implements SpanExporter {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Attribute of Kafka's instrumentation with the client id. */
  private static final List<AttributeKey<String>> CLIENT_IDS =
      List.of(
          AttributeKey.stringKey("messaging.client_id"),
          AttributeKey.stringKey("messaging.client.id"));

  private static final String OUR_CLIENTS = "tracetide-";

  private final TraceEmitter emitter;
  private final boolean ownsEmitter;
  private final AtomicBoolean shutdown = new AtomicBoolean();

  private TracetideSpanExporter(TraceEmitter emitter, boolean ownsEmitter) {
    this.emitter = emitter;
    this.ownsEmitter = ownsEmitter;
  }

  /** An exporter that does not close the emitter. */
  public static TracetideSpanExporter over(TraceEmitter emitter) {
    return new TracetideSpanExporter(emitter, false);
  }

  /** An exporter that closes the emitter when it is shut down. */
  public static TracetideSpanExporter owning(TraceEmitter emitter) {
    return new TracetideSpanExporter(emitter, true);
  }

  TraceEmitter emitter() {
    return emitter;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    if (shutdown.get()) {
      return CompletableResultCode.ofFailure();
    }
    SpanMapping mapping = new SpanMapping(emitter.settings().tenant());
    for (SpanData span : spans) {
      if (!isOfOwnProducer(span)) {
        emitter.emit(mapping.completed(span));
      }
    }
    return CompletableResultCode.ofSuccess();
  }

  /**
   * Whether the span is of the emitter's own producer: an agent that instruments Kafka's client
   * would otherwise cause a span for every exported batch, without end.
   */
  static boolean isOfOwnProducer(SpanData span) {
    if (span.getKind() != SpanKind.PRODUCER) {
      return false;
    }
    for (AttributeKey<String> key : CLIENT_IDS) {
      String client = span.getAttributes().get(key);
      if (client != null && client.startsWith(OUR_CLIENTS)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public CompletableResultCode flush() {
    return await("tracetide-flush", () -> emitter.flush(PATIENCE));
  }

  @Override
  public CompletableResultCode shutdown() {
    if (!shutdown.compareAndSet(false, true)) {
      return CompletableResultCode.ofSuccess();
    }
    return await(
        "tracetide-shutdown",
        () -> ownsEmitter ? emitter.close(PATIENCE) : emitter.flush(PATIENCE));
  }

  /** Returns at once, because the SDK waits for its exporters one after the other. */
  private static CompletableResultCode await(String name, BooleanSupplier done) {
    CompletableResultCode result = new CompletableResultCode();
    Thread waiting =
        new Thread(
            () -> {
              if (done.getAsBoolean()) {
                result.succeed();
              } else {
                result.fail();
              }
            },
            name);
    waiting.setDaemon(true);
    waiting.start();
    return result;
  }

  @Override
  public String toString() {
    return "TracetideSpanExporter{settings=" + emitter.settings() + "}";
  }
}
