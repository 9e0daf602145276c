package io.tracetide.gateway.format.otlp;

import static io.tracetide.gateway.format.otlp.ProtobufCursor.BYTES;

import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.tracetide.gateway.record.RecordBatchBuilder;

/**
 * What surrounds spans and metrics alike in a request: groups by resource, in them groups by scope.
 * The numbers of their fields are the same for every signal. One pass over the items, and one over
 * their surroundings before it, because a resource may be written behind what it describes.
 *
 * @param <S> what is known of the sender of an item
 */
abstract class ProtobufEnvelope<S> {

  private static final int RESOURCE_GROUP = 1 << 3 | BYTES;
  private static final int RESOURCE = ResourceSpans.RESOURCE_FIELD_NUMBER << 3 | BYTES;
  private static final int SCOPE_GROUP = ResourceSpans.SCOPE_SPANS_FIELD_NUMBER << 3 | BYTES;
  private static final int RESOURCE_ATTRIBUTES =
      io.opentelemetry.proto.resource.v1.Resource.ATTRIBUTES_FIELD_NUMBER << 3 | BYTES;
  private static final int SCOPE = ScopeSpans.SCOPE_FIELD_NUMBER << 3 | BYTES;
  private static final int ITEM = ScopeSpans.SPANS_FIELD_NUMBER << 3 | BYTES;
  private static final int SCOPE_NAME = InstrumentationScope.NAME_FIELD_NUMBER << 3 | BYTES;
  private static final int SCOPE_VERSION = InstrumentationScope.VERSION_FIELD_NUMBER << 3 | BYTES;

  private final Signal<S> signal;
  private final RecordBatchBuilder intake;
  private final int longestText;
  final ProtobufAttributes attributes;

  ProtobufEnvelope(RecordBatchBuilder intake, Signal<S> signal) {
    this.signal = signal;
    this.intake = intake;
    this.longestText = intake.limits().longestText();
    this.attributes = new ProtobufAttributes(intake);
  }

  /** Reads one span or metric. */
  abstract void item(ProtobufCursor in, S sender);

  final String text(ProtobufCursor in) {
    return in.text(longestText, intake.known());
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
    Signal.Draft<S> draft = signal.resource(intake);
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == RESOURCE) {
        resourceAttributes(in.enter(), draft);
      } else {
        in.skip(field);
      }
    }
    return draft.finish();
  }

  private void resourceAttributes(ProtobufCursor in, Signal.Draft<S> draft) {
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == RESOURCE_ATTRIBUTES) {
        attributes.read(in.enter(), draft::attribute);
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
        case SCOPE_NAME -> name = intake.text().name(text(in));
        case SCOPE_VERSION -> version = intake.text().name(text(in));
        default -> in.skip(field);
      }
    }
    return signal.scoped(resource, name, version, intake.findings().take());
  }

  private void items(ProtobufCursor in, S sender) {
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == ITEM) {
        item(in.enter(), sender);
      } else {
        in.skip(field);
      }
    }
  }
}
