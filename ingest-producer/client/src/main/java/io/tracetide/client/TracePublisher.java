package io.tracetide.client;

import io.tracetide.client.EventFields.Change;
import io.tracetide.client.EventFields.Identity;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the events of one span as sampling decides: all of them, or only the end of a span that
 * failed or was slow. Never throws. Thread-safe.
 */
final class TracePublisher {

  private static final Logger log = LoggerFactory.getLogger(TracePublisher.class);

  private final TraceEmitter emitter;
  private final Sampler.Decision sampling;
  private final EventFields fields;
  private final long slowMicros;
  private final long startNanos = System.nanoTime();
  private final AtomicBoolean ended = new AtomicBoolean();

  TracePublisher(TraceEmitter emitter, Sampler.Decision sampling, EventFields fields) {
    this.emitter = emitter;
    this.sampling = sampling;
    this.fields = fields;
    this.slowMicros = emitter.settings().sampling().slowerThan().toNanos() / 1_000;
  }

  boolean hasEnded() {
    return ended.get();
  }

  void start() {
    if (sampling.sampled()) {
      emit(Change.started(), null);
    }
  }

  void update(Change change) {
    if (ended.get()) {
      return;
    }
    if (sampling.sampled()) {
      emit(change, null);
    } else {
      fields.keep(change.events());
    }
  }

  void update(Consumer<TraceEvent.Builder> more) {
    if (!ended.get() && sampling.sampled()) {
      emit(Change.updated(null, null, List.of()), more);
    }
  }

  private void emit(Change change, @Nullable Consumer<TraceEvent.Builder> more) {
    try {
      TraceEvent event = fields.next(change, sampling.weight());
      emitter.emit(more == null ? event : with(event, more));
    } catch (RuntimeException e) {
      // The boundary to the application, which provides the clock, maps and fields.
      dropInvalid(e);
    }
  }

  void end(TraceStatus status, TraceOutcome outcome, @Nullable Consumer<TraceEvent.Builder> more) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    long micros = (System.nanoTime() - startNanos) / 1_000;
    if (more == null && !sampling.sampled() && isOrdinary(status, micros)) {
      emitter.traces().unsampled();
      return;
    }
    try {
      Change end = Change.ended(status, micros, fields.unpublished(), outcome);
      emitEnd(complete(fields.next(end, weight(status, micros)), more));
    } catch (RuntimeException e) {
      // The boundary to the application, which provides the clock.
      dropInvalid(e);
    }
  }

  /** The end with the caller's fields, or without them if the caller's code fails. */
  private TraceEvent complete(TraceEvent event, @Nullable Consumer<TraceEvent.Builder> more) {
    if (more == null) {
      return event;
    }
    try {
      return with(event, more);
    } catch (RuntimeException e) {
      // Without an end the trace would look stuck.
      dropInvalid(e);
      return event;
    }
  }

  /** The caller's fields may have changed status and duration, on which sampling depends. */
  private void emitEnd(TraceEvent event) {
    if (sampling.sampled() || !isOrdinary(event.getStatus(), event.getDurationMicros())) {
      emitter.emit(event);
    } else {
      emitter.traces().unsampled();
    }
  }

  /** Whether the span neither failed nor was slow, so that only its sampling decides. */
  private boolean isOrdinary(TraceStatus status, @Nullable Long micros) {
    return status == TraceStatus.COMPLETED && (micros == null || micros < slowMicros);
  }

  private double weight(TraceStatus status, @Nullable Long micros) {
    return isOrdinary(status, micros) ? sampling.weight() : 1;
  }

  private void dropInvalid(RuntimeException cause) {
    log.debug("event dropped reason=invalid", cause);
    emitter.traces().dropInvalid();
  }

  /** The event with the caller's fields, except those that identify the span. */
  private TraceEvent with(TraceEvent event, Consumer<TraceEvent.Builder> more) {
    TraceEvent.Builder builder = TraceEvent.newBuilder(event);
    more.accept(builder);
    boolean last = event.getType() == TraceEventType.COMPLETED;
    Identity identity = fields.identity();
    return builder
        .setTenantId(event.getTenantId())
        .setType(event.getType())
        .setTraceId(identity.traceId())
        .setSpanId(identity.spanId())
        .setParentSpanId(identity.parentSpanId())
        .setSpanKind(identity.kind())
        .setSamplingWeight(
            last
                ? weight(builder.getStatus(), builder.getDurationMicros())
                : event.getSamplingWeight())
        .build();
  }
}
