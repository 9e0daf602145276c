package io.tracetide.gateway.format.otlp;

import static io.tracetide.gateway.format.otlp.ProtobufCursor.BYTES;

import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.tracetide.gateway.format.span.AttributeSink;
import io.tracetide.gateway.format.span.TelemetrySource;
import io.tracetide.gateway.record.RecordBatchBuilder;
import java.util.function.Function;

/**
 * Reads the part of an OTLP request that is the same for every signal: groups by resource, which
 * contain groups by scope. Each group is read twice, first for its resource or scope and then for
 * its items, because fields have no order.
 *
 * @param <S> the source of spans or metrics
 */
abstract class ProtobufEnvelope<S extends TelemetrySource<S>> {

  private static final int RESOURCE_GROUP = 1 << 3 | BYTES;
  private static final int RESOURCE = ResourceSpans.RESOURCE_FIELD_NUMBER << 3 | BYTES;
  private static final int SCOPE_GROUP = ResourceSpans.SCOPE_SPANS_FIELD_NUMBER << 3 | BYTES;
  private static final int RESOURCE_ATTRIBUTES =
      io.opentelemetry.proto.resource.v1.Resource.ATTRIBUTES_FIELD_NUMBER << 3 | BYTES;
  private static final int SCOPE = ScopeSpans.SCOPE_FIELD_NUMBER << 3 | BYTES;
  private static final int ITEM = ScopeSpans.SPANS_FIELD_NUMBER << 3 | BYTES;
  private static final int SCOPE_NAME = InstrumentationScope.NAME_FIELD_NUMBER << 3 | BYTES;
  private static final int SCOPE_VERSION = InstrumentationScope.VERSION_FIELD_NUMBER << 3 | BYTES;

  final RecordBatchBuilder batch;
  private final Function<RecordBatchBuilder, TelemetrySource.Builder<S>> sources;
  private final int longestText;
  final ProtobufAttributes attributes;

  ProtobufEnvelope(
      RecordBatchBuilder batch, Function<RecordBatchBuilder, TelemetrySource.Builder<S>> sources) {
    this.sources = sources;
    this.batch = batch;
    this.longestText = batch.limits().longestText();
    this.attributes = new ProtobufAttributes(batch);
  }

  /** Reads one span or metric. */
  abstract void item(ProtobufCursor in, S source);

  final String text(ProtobufCursor in) {
    return in.text(longestText, batch.known());
  }

  final void request(ProtobufCursor in) {
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == RESOURCE_GROUP) {
        ProtobufCursor group = in.enter();
        scopeGroups(group.copy(), resource(group));
      } else {
        in.skip(field);
      }
    }
  }

  private S resource(ProtobufCursor in) {
    TelemetrySource.Builder<S> builder = sources.apply(batch);
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == RESOURCE) {
        resourceAttributes(in.enter(), builder);
      } else {
        in.skip(field);
      }
    }
    return builder.build();
  }

  private void resourceAttributes(ProtobufCursor in, AttributeSink builder) {
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == RESOURCE_ATTRIBUTES) {
        attributes.read(in.enter(), builder);
      } else {
        in.skip(field);
      }
    }
  }

  private void scopeGroups(ProtobufCursor in, S resource) {
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == SCOPE_GROUP) {
        ProtobufCursor group = in.enter();
        items(group.copy(), scope(group, resource));
      } else {
        in.skip(field);
      }
    }
  }

  private S scope(ProtobufCursor in, S resource) {
    S scoped = resource;
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == SCOPE) {
        scoped = scopeNames(in.enter(), resource);
      } else {
        in.skip(field);
      }
    }
    return scoped;
  }

  private S scopeNames(ProtobufCursor in, S resource) {
    String name = "";
    String version = "";
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case SCOPE_NAME -> name = batch.text().name(text(in));
        case SCOPE_VERSION -> version = batch.text().name(text(in));
        default -> in.skip(field);
      }
    }
    return resource.withScope(name, version, batch.findings().take());
  }

  private void items(ProtobufCursor in, S source) {
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == ITEM) {
        item(in.enter(), source);
      } else {
        in.skip(field);
      }
    }
  }
}
