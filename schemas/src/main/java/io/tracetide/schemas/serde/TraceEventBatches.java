package io.tracetide.schemas.serde;

import io.tracetide.schemas.TagSet;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the events of a batch. For consumers of topic {@code trace-batches}: decode the record with
 * {@link AvroDeserializer} or {@link AvroDecoder}, then call {@link #events}.
 */
public final class TraceEventBatches {

  /** Most events of a batch that Tracetide reads. It writes fewer. */
  public static final int MOST_EVENTS = 10_000;

  /** Most bytes of its events, each encoded as a single record. */
  public static final int MOST_BYTES = 2 * 1_024 * 1_024;

  /** Trace id of a template whose events have one of 16 bytes. */
  static final String TRACE_ZEROS = "0".repeat(32);

  /** Span id or parent span id of a template whose events have one of 8 bytes. */
  static final String SPAN_ZEROS = "0".repeat(16);

  private TraceEventBatches() {}

  /**
   * The events in the order in which they were written.
   *
   * @throws MalformedRecordException if the batch has more than {@link #MOST_EVENTS} events, or one
   *     refers to something that the batch does not have
   */
  public static List<TraceEvent> events(TraceEventBatch batch) {
    int count = batch.getEventTemplates().size();
    if (count > MOST_EVENTS) {
      throw new MalformedRecordException(
          Reason.TOO_MANY_ITEMS, "a batch has more than " + MOST_EVENTS + " events");
    }
    return new Events(batch).read(count);
  }

  /** Reads one event after the other. */
  private static final class Events {
    private final TraceEventBatch batch;
    private final ByteBuffer spanIds;
    private final ByteBuffer parentSpanIds;
    private final Iterator<Long> durations;
    private int trace;
    private long micros;

    Events(TraceEventBatch batch) {
      this.batch = batch;
      this.spanIds = batch.getEventSpanIds().duplicate();
      this.parentSpanIds = batch.getEventParentSpanIds().duplicate();
      this.durations = batch.getEventDurations().iterator();
    }

    List<TraceEvent> read(int count) {
      List<TraceEvent> events = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        events.add(event(i));
      }
      return events;
    }

    private TraceEvent event(int index) {
      TraceEvent template = at(batch.getTemplates(), at(batch.getEventTemplates(), index));
      trace += at(batch.getEventTraces(), index);
      micros += at(batch.getEventTimestamps(), index);
      String parent = template.getParentSpanId();
      return TraceEvent.newBuilder(template)
          .setTraceId(
              template.getTraceId().isEmpty()
                  ? at(batch.getTexts(), trace)
                  : hex(batch.getTraceIds().duplicate(), 16 * trace, 16))
          .setSpanId(spanId(template.getSpanId(), spanIds))
          .setParentSpanId(parent == null ? null : spanId(parent, parentSpanIds))
          .setServiceName(text(batch.getEventServices(), index))
          .setOperationName(text(batch.getEventOperations(), index))
          .setTimestamp(Instant.EPOCH.plus(micros, ChronoUnit.MICROS))
          .setDurationMicros(template.getDurationMicros() == null ? null : nextDuration())
          .setTags(tags(at(batch.getTagSets(), at(batch.getEventTagSets(), index))))
          .build();
    }

    private long nextDuration() {
      if (!durations.hasNext()) {
        throw new MalformedRecordException(
            Reason.BAD_DATA, "the batch has fewer durations than events");
      }
      return durations.next();
    }

    private String text(List<Integer> indices, int event) {
      return at(batch.getTexts(), at(indices, event));
    }

    private static String spanId(String ofTemplate, ByteBuffer ids) {
      return ofTemplate.equals(SPAN_ZEROS) ? hex(ids, ids.position(), 8) : ofTemplate;
    }

    private Map<String, String> tags(TagSet set) {
      Map<String, String> tags = new LinkedHashMap<>();
      for (int i = 0; i < set.getEntries().size(); i += 2) {
        tags.put(text(set.getEntries(), i), text(set.getEntries(), i + 1));
      }
      return tags;
    }

    private static String hex(ByteBuffer ids, int start, int length) {
      if (start < 0 || start + length > ids.limit()) {
        throw new MalformedRecordException(Reason.BAD_DATA, "the batch has fewer ids than events");
      }
      byte[] id = new byte[length];
      ids.position(start);
      ids.get(id);
      return HexFormat.of().formatHex(id);
    }

    private static <T> T at(List<T> items, int index) {
      if (index < 0 || index >= items.size()) {
        throw new MalformedRecordException(
            Reason.BAD_DATA, "an index is " + index + ", expected 0 to " + (items.size() - 1));
      }
      return items.get(index);
    }
  }
}
