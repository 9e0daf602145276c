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
 * Exports finished spans through a {@link TraceEmitter}, each as the event that the gateway makes
 * of it, service and all from the span's own resource.
 *
 * <p>{@link #export} returns at once and with success: from then on the emitter answers for the
 * spans, and {@link TraceEmitter#stats} says what became of them.
 */
public final class TracetideSpanExporter implements SpanExporter {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** How Kafka's own instrumentation names the client of a span. */
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

  /** An exporter over an emitter that the service uses elsewhere, too, and closes itself. */
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
      if (!isOurSending(span)) {
        emitter.emit(mapping.completed(span));
      }
    }
    return CompletableResultCode.ofSuccess();
  }

  /**
   * Whether a span is about sending spans: an agent that instruments Kafka's client sees the
   * emitter's, too, and each batch would be the cause of the next.
   */
  static boolean isOurSending(SpanData span) {
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

  /** The SDK waits for its exporters one after the other: none may hold up the others. */
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
