package io.tracetide.schemas.serde;

import io.tracetide.schemas.TagSet;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import io.tracetide.schemas.size.RecordLimits;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the events of one batch, one after the other. */
final class BatchEvents {

  private static final int TRACE_ID_BYTES = 16;
  private static final int SPAN_ID_BYTES = 8;

  private final TraceEventBatch batch;
  private final ByteBuffer traceIds;
  private final ByteBuffer spanIds;
  private final ByteBuffer parentSpanIds;
  private final Iterator<Long> durations;
  private final Template[] templates;

  /** Sizes of the texts and of the sets of tags. A small batch may stand for very many bytes. */
  private final long[] textSizes;

  private final long[] tagSizes;
  private long bytes;
  private long trace;
  private long micros;

  /** A template, and its size without the fields of events. */
  private record Template(TraceEvent event, long bytes) {}

  BatchEvents(TraceEventBatch batch) {
    this.batch = batch;
    this.traceIds = batch.getTraceIds().slice();
    this.spanIds = batch.getEventSpanIds().slice();
    this.parentSpanIds = batch.getEventParentSpanIds().slice();
    this.durations = batch.getEventDurations().iterator();
    this.templates = new Template[batch.getTemplates().size()];
    this.textSizes = batch.getTexts().stream().mapToLong(EventSizes::ofText).toArray();
    this.tagSizes = new long[batch.getTagSets().size()];
    readTagSizes();
  }

  private void readTagSizes() {
    long total = 0;
    for (int set = 0; set < tagSizes.length; set++) {
      List<Integer> entries = batch.getTagSets().get(set).getEntries();
      if (entries.size() % 2 != 0) {
        throw new MalformedRecordException(Reason.BAD_DATA, "a tag has a name without a value");
      }
      long size = 1 + (entries.isEmpty() ? 0 : EventSizes.ofNumber(entries.size() / 2));
      for (int text : entries) {
        size += textSizes[checked(text, textSizes.length)];
      }
      tagSizes[set] = size;
      total += size;
      // An empty set is one byte of the batch itself.
      requireRoom(entries.isEmpty() ? 0 : total - 1);
    }
  }

  List<TraceEvent> read(int count) {
    List<TraceEvent> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      events.add(event(i));
    }
    return events;
  }

  private TraceEvent event(int index) {
    trace += at(batch.getEventTraces(), index);
    micros += at(batch.getEventTimestamps(), index);
    Template template = template(at(batch.getEventTemplates(), index));
    TraceEvent event = template.event;
    String traceId = traceId(event);
    String spanId = spanId(event.getSpanId(), spanIds);
    String parent = event.getParentSpanId();
    String parentSpanId = parent == null ? null : spanId(parent, parentSpanIds);
    int service = at(batch.getEventServices(), index);
    int operation = at(batch.getEventOperations(), index);
    Long duration = event.getDurationMicros() == null ? null : nextDuration();
    int tags = at(batch.getEventTagSets(), index);
    count(
        WireFormat.HEADER_BYTES
            + template.bytes
            + EventSizes.ofText(traceId)
            + EventSizes.ofText(spanId)
            + (parentSpanId == null ? 1 : 1 + EventSizes.ofText(parentSpanId))
            + textSizes[checked(service, textSizes.length)]
            + textSizes[checked(operation, textSizes.length)]
            + EventSizes.ofNumber(micros)
            + (duration == null ? 1 : 1 + EventSizes.ofNumber(duration))
            + tagSizes[checked(tags, tagSizes.length)]);
    return TraceEvent.newBuilder(event)
        .setTraceId(traceId)
        .setSpanId(spanId)
        .setParentSpanId(parentSpanId)
        .setServiceName(at(batch.getTexts(), service))
        .setOperationName(at(batch.getTexts(), operation))
        .setTimestamp(Instant.EPOCH.plus(micros, ChronoUnit.MICROS))
        .setDurationMicros(duration)
        .setTags(tags(at(batch.getTagSets(), tags)))
        .build();
  }

  private Template template(int number) {
    int index = checked(number, templates.length);
    Template known = templates[index];
    if (known == null) {
      // Its tags are not those of an event, and are not counted.
      TraceEvent event =
          TraceEvent.newBuilder(batch.getTemplates().get(index)).setTags(Map.of()).build();
      known = new Template(event, EventSizes.ofTemplate(event));
      templates[index] = known;
    }
    return known;
  }

  private void count(long size) {
    bytes += size;
    requireRoom(bytes);
    if (size > RecordLimits.VALUE_BYTES) {
      throw new MalformedRecordException(
          Reason.TOO_LARGE, "an event has more than " + RecordLimits.VALUE_BYTES + " bytes");
    }
  }

  private static void requireRoom(long size) {
    if (size > TraceEventBatches.MOST_BYTES) {
      throw new MalformedRecordException(
          Reason.TOO_LARGE,
          "the events of a batch have more than " + TraceEventBatches.MOST_BYTES + " bytes");
    }
  }

  private String traceId(TraceEvent template) {
    return template.getTraceId().equals(TraceEventBatches.TRACE_ZEROS)
        ? hex(traceIds, TRACE_ID_BYTES * trace, TRACE_ID_BYTES)
        : at(batch.getTexts(), trace);
  }

  private static String spanId(String ofTemplate, ByteBuffer ids) {
    return ofTemplate.equals(TraceEventBatches.SPAN_ZEROS)
        ? hex(ids, ids.position(), SPAN_ID_BYTES)
        : ofTemplate;
  }

  private long nextDuration() {
    if (!durations.hasNext()) {
      throw new MalformedRecordException(
          Reason.BAD_DATA, "the batch has fewer durations than events");
    }
    return durations.next();
  }

  private Map<String, String> tags(TagSet set) {
    List<Integer> entries = set.getEntries();
    Map<String, String> tags = new LinkedHashMap<>();
    for (int i = 0; i < entries.size(); i += 2) {
      tags.put(at(batch.getTexts(), entries.get(i)), at(batch.getTexts(), entries.get(i + 1)));
    }
    return tags;
  }

  /** Positions the buffer after an id, and returns that. */
  private static String hex(ByteBuffer ids, long start, int length) {
    if (start < 0 || start > ids.limit() - length) {
      throw new MalformedRecordException(Reason.BAD_DATA, "the batch has fewer ids than events");
    }
    byte[] id = new byte[length];
    ids.position((int) start);
    ids.get(id);
    return HexFormat.of().formatHex(id);
  }

  private static <T> T at(List<T> items, long index) {
    return items.get(checked(index, items.size()));
  }

  private static int checked(long index, int items) {
    if (index < 0 || index >= items) {
      throw new MalformedRecordException(
          Reason.BAD_DATA, "an index is " + index + ", expected 0 to " + (items - 1));
    }
    return (int) index;
  }
}
