package io.tracetide.schemas.serde;

import io.tracetide.schemas.BatchedEvent;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of a batch. For consumers of topic {@code trace-batches}: decode the record with
 * {@link AvroDeserializer} or {@link AvroDecoder}, then call {@link #events}.
 */
public final class TraceEventBatches {

  /** Most events of a batch that Tracetide reads. It writes fewer. */
  public static final int MOST_EVENTS = 10_000;

  /** Most bytes of its events, each encoded as a single record. */
  public static final int MOST_BYTES = 2 * 1_024 * 1_024;

  private TraceEventBatches() {}

  /**
   * The events in the order in which they were written.
   *
   * @throws MalformedRecordException if the batch has more than {@link #MOST_EVENTS} events, or one
   *     refers to a template, a trace id, a set of tags or a text that the batch does not have
   */
  public static List<TraceEvent> events(TraceEventBatch batch) {
    if (batch.getEvents().size() > MOST_EVENTS) {
      throw new MalformedRecordException(
          Reason.TOO_MANY_ITEMS, "a batch has more than " + MOST_EVENTS + " events");
    }
    List<TraceEvent> events = new ArrayList<>(batch.getEvents().size());
    long micros = 0;
    for (BatchedEvent row : batch.getEvents()) {
      micros += row.getTimestampDelta();
      Object parent = row.getParentSpanId();
      events.add(
          TraceEvent.newBuilder(at(batch.getTemplates(), row.getTemplate()))
              .setTraceId(text(at(batch.getTraceIds(), row.getTrace())))
              .setSpanId(text(row.getSpanId()))
              .setParentSpanId(parent == null ? null : text(parent))
              .setTimestamp(Instant.EPOCH.plus(micros, ChronoUnit.MICROS))
              .setDurationMicros(row.getDurationMicros())
              .setTags(tags(batch, row))
              .build());
    }
    return events;
  }

  private static Map<String, String> tags(TraceEventBatch batch, BatchedEvent row) {
    List<Integer> entries = at(batch.getTagSets(), row.getTagSet()).getEntries();
    if (entries.size() % 2 != 0) {
      throw new MalformedRecordException(Reason.BAD_DATA, "a tag has a name without a value");
    }
    Map<String, String> tags = new LinkedHashMap<>();
    for (int i = 0; i < entries.size(); i += 2) {
      tags.put(at(batch.getTexts(), entries.get(i)), at(batch.getTexts(), entries.get(i + 1)));
    }
    return tags;
  }

  private static String text(@Nullable Object id) {
    if (id instanceof ByteBuffer bytes) {
      byte[] content = new byte[bytes.remaining()];
      bytes.duplicate().get(content);
      return HexFormat.of().formatHex(content);
    }
    return String.valueOf(id);
  }

  private static <T> T at(List<T> items, int index) {
    if (index < 0 || index >= items.size()) {
      throw new MalformedRecordException(
          Reason.BAD_DATA, "an index is " + index + ", expected 0 to " + (items.size() - 1));
    }
    return items.get(index);
  }
}
