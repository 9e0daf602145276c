package io.tracetide.processor.event;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.event.BatchColumns.Numbers;
import io.tracetide.processor.event.BatchTemplate.Cut;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import io.tracetide.schemas.serde.TraceEventBatches;
import io.tracetide.schemas.serde.WireFormat;
import io.tracetide.schemas.size.RecordLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events of one batch, each as the bytes of a single record in the wire format. Reused for the
 * next batch: what is kept longer must be copied. Filled by {@link TraceBatchReader}.
 *
 * <p>An event is its template, copied with its ids, names, times and tags in between, so expanding
 * costs little more than copying its bytes.
 */
public final class TraceBatch {

  /**
   * Maximum of templates of a batch whose fields are kept; events of others are read one by one.
   */
  private static final int MOST_FIELDS = 64;

  /** A larger array is not kept for the next batch. */
  private static final int KEPT_BYTES = 512 * 1_024;

  private static final int TRACE_ID_BYTES = 16;
  private static final byte[] NO_BYTES = {};

  final BatchColumns columns = new BatchColumns();
  private int eventSchemaId;
  private byte[] source = NO_BYTES;
  private Cut[] cuts = {};

  /* Tables of the batch. */

  private final List<BatchTemplate> templates = new ArrayList<>();
  private int templateCount;
  private final Numbers textStarts = new Numbers();
  private final Numbers textEnds = new Numbers();
  private int traceIdsStart;
  private int traceIdsLength;
  private final Numbers tagParts = new Numbers();
  private final Numbers tagSetStarts = new Numbers();
  private final Numbers tagSetEnds = new Numbers();

  /** Sets of tags as they are in an event. */
  private ByteWriter tags = new ByteWriter();

  /* Events. */

  private ByteWriter expanded = new ByteWriter();
  private int[] starts = new int[64];
  private BatchTemplate[] eventTemplates = new BatchTemplate[64];
  private long[] timestamps = new long[64];
  private long[] durations = new long[64];

  /** For each event the positions of its cuts, and its end. */
  private int[] places = {};

  private int count;

  /** Reads the first event of a template. */
  private @Nullable TraceEventReader reader;

  private final List<TraceView> spareViews = new ArrayList<>();
  private int usedViews;

  /** Begins a batch. */
  void startOn(byte[] bytes, Cut[] fields) {
    source = bytes;
    cuts = fields;
    columns.clear();
    templateCount = 0;
    textStarts.clear();
    textEnds.clear();
    traceIdsLength = 0;
    tagParts.clear();
    tagSetStarts.clear();
    tagSetEnds.clear();
    tags = cleared(tags);
    expanded = cleared(expanded);
    count = 0;
    usedViews = 0;
  }

  /** Sets the schema of the events, and a reader of it. */
  void setEventSchema(int id, TraceEventReader readerOfEvents) {
    eventSchemaId = id;
    reader = readerOfEvents;
  }

  private static ByteWriter cleared(ByteWriter writer) {
    if (writer.array().length > KEPT_BYTES) {
      writer.shrink();
    }
    writer.clear();
    return writer;
  }

  /** Number of events. */
  public int count() {
    return count;
  }

  /** The array that contains the events. */
  public byte[] bytes() {
    return expanded.array();
  }

  /** Start of an event in {@link #bytes}. */
  public int start(int index) {
    return starts[index];
  }

  /** Bytes of an event. */
  public int length(int index) {
    return (index + 1 < count ? starts[index + 1] : expanded.length()) - starts[index];
  }

  /** A copy of an event's trace id, in UTF-8. */
  public byte[] copyTraceId(int index) {
    Slice id = new Slice();
    for (int cut = 0; cut < cuts.length; cut++) {
      if (cuts[cut] == Cut.TRACE_ID) {
        id.setText(bytes(), place(index, cut));
      }
    }
    return Arrays.copyOfRange(bytes(), id.start(), id.end());
  }

  /**
   * Fills a view with an event, if its fields are known from another event of its template.
   *
   * @return false when the event has to be read from its bytes
   */
  public boolean fill(int index, TraceView view) {
    BatchTemplate template = eventTemplates[index];
    if (template.firstEvent == index) {
      return false;
    }
    BatchTemplate.Fields fields = template.fields;
    if (fields == null) {
      fields = fieldsOf(template.firstEvent);
      template.fields = fields;
    }
    TraceView first = fields.first();
    if (first == null) {
      return false;
    }
    view.startOn(bytes(), starts[index], length(index), first);
    view.timestampMicros = timestamps[index];
    int tenant = place(index, fields.tenantCut()) - fields.tenantDistance();
    view.tenant.set(tenant, first.tenant.length());
    for (int cut = 0; cut < cuts.length; cut++) {
      int place = place(index, cut);
      switch (cuts[cut]) {
        case TRACE_ID -> view.traceId.setText(bytes(), place);
        case SERVICE -> view.service.setText(bytes(), place);
        case OPERATION -> view.operation.setText(bytes(), place);
        case SPAN_ID -> view.spanId.setText(bytes(), place);
        case PARENT_SPAN_ID -> {
          int distance = first.parentSpanId.start() - place(template.firstEvent, cut);
          int length = first.parentSpanId.length();
          view.parentSpanId.set(length == 0 ? 0 : place + distance, length);
        }
        case DURATION -> {
          if (template.hasDuration) {
            view.setDurationMicros(durations[index]);
          }
        }
        case TIMESTAMP, TAGS -> {}
      }
    }
    return true;
  }

  private BatchTemplate.Fields fieldsOf(int event) {
    TraceEventReader events = reader;
    if (events == null || usedViews == MOST_FIELDS) {
      return BatchTemplate.Fields.UNKNOWN;
    }
    if (usedViews == spareViews.size()) {
      spareViews.add(new TraceView());
    }
    TraceView view = spareViews.get(usedViews);
    try {
      events.read(bytes(), starts[event], length(event), view);
    } catch (MalformedRecordException e) {
      return BatchTemplate.Fields.UNKNOWN; // Each event of the template is malformed, and is read.
    }
    if (view.measureCount() > 0) {
      return BatchTemplate.Fields.UNKNOWN; // The positions of their names are not known.
    }
    usedViews++;
    int cut = 0;
    while (cut < cuts.length && place(event, cut) <= view.tenant.start()) {
      cut++;
    }
    return new BatchTemplate.Fields(view, cut, place(event, cut) - view.tenant.start());
  }

  /** Position of a cut of an event in {@link #bytes}; of its end for the number of cuts. */
  private int place(int event, int cut) {
    return places[event * (cuts.length + 1) + cut];
  }

  /** Timestamp of an event, microseconds since the epoch. */
  public long timestampMicros(int index) {
    return timestamps[index];
  }

  /** Adds a text, with the length before it. */
  void addText(int start, int end) {
    textStarts.add(start);
    textEnds.add(end);
  }

  void addTagPart(long text) {
    tagParts.add(text);
  }

  /** Ends a set of tags. The texts come first. */
  void endTagSet() {
    if (tagParts.count() % 2 != 0) {
      throw new MalformedRecordException(Reason.BAD_DATA, "a tag has a name without a value");
    }
    tagSetStarts.add(tags.length());
    if (tagParts.count() > 0) {
      tags.putZigzag(tagParts.count() / 2);
      while (tagParts.hasNext()) {
        putText(tags, tagParts.next());
        requireRoom(tags);
      }
    }
    tags.putZigzag(0);
    tagSetEnds.add(tags.length());
    tagParts.clear();
  }

  void setTraceIds(int start, int length) {
    traceIdsStart = start;
    traceIdsLength = length;
  }

  void beginTemplate(int position) {
    if (templateCount == templates.size()) {
      templates.add(new BatchTemplate());
    }
    templates.get(templateCount).begin(position);
  }

  void cutTemplate(Cut cut, int start, int end) {
    templates.get(templateCount).add(cut, source, start, end);
  }

  void endTemplate(int position) {
    templates.get(templateCount++).end(position);
  }

  /** Writes the events, when all fields have been read. */
  void expand() {
    int events = columns.templates.count();
    if (events > TraceEventBatches.MOST_EVENTS) {
      throw new MalformedRecordException(
          Reason.TOO_MANY_ITEMS,
          "a batch has more than " + TraceEventBatches.MOST_EVENTS + " events");
    }
    if (events > starts.length) {
      starts = new int[events];
      eventTemplates = new BatchTemplate[events];
      timestamps = new long[events];
      durations = new long[events];
    }
    if (events * (cuts.length + 1) > places.length) {
      places = new int[events * (cuts.length + 1)];
    }
    long trace = 0;
    long micros = 0;
    for (int i = 0; i < events; i++) {
      trace += columns.traces.next();
      micros += columns.timestamps.next();
      timestamps[i] = micros;
      expandEvent(i, trace, micros);
    }
    count = events;
  }

  private void expandEvent(int index, long trace, long micros) {
    long number = columns.templates.next();
    if (number < 0 || number >= templateCount) {
      throw new MalformedRecordException(
          Reason.BAD_DATA, "an index is " + number + ", of " + templateCount + " templates");
    }
    BatchTemplate template = templates.get((int) number);
    eventTemplates[index] = template;
    if (template.firstEvent < 0) {
      template.firstEvent = index;
    }
    int place = index * (cuts.length + 1);
    ByteWriter out = expanded;
    int begin = out.length();
    starts[index] = begin;
    out.put(WireFormat.MAGIC);
    out.putInt(eventSchemaId);
    int from = template.begin;
    for (int i = 0; i < cuts.length; i++) {
      out.put(source, from, template.starts[i] - from);
      from = template.ends[i];
      places[place + i] = out.length();
      switch (cuts[i]) {
        case TRACE_ID -> putTraceId(out, template, trace);
        case SPAN_ID -> {
          if (template.hexSpan) {
            putHex(out, columns.spanIds.next(), BatchColumns.Ids.BYTES);
          } else {
            out.put(source, template.starts[i], from - template.starts[i]);
          }
        }
        case PARENT_SPAN_ID -> {
          if (template.hexParent) {
            out.putZigzag(1);
            putHex(out, columns.parentSpanIds.next(), BatchColumns.Ids.BYTES);
          } else {
            out.put(source, template.starts[i], from - template.starts[i]);
          }
        }
        case SERVICE -> putText(out, columns.services.next());
        case OPERATION -> putText(out, columns.operations.next());
        case TIMESTAMP -> out.putZigzag(micros);
        case DURATION -> durations[index] = putDuration(out, template);
        case TAGS -> {
          long set = columns.tagSets.next();
          int start = tagSetStarts.at(set);
          out.put(tags.array(), start, tagSetEnds.at(set) - start);
        }
      }
    }
    out.put(source, from, template.starts[cuts.length] - from);
    places[place + cuts.length] = out.length();
    requireRoom(out);
    if (out.length() - begin > RecordLimits.VALUE_BYTES) {
      throw new MalformedRecordException(
          Reason.TOO_LARGE, "an event has more than " + RecordLimits.VALUE_BYTES + " bytes");
    }
  }

  private void putTraceId(ByteWriter out, BatchTemplate template, long trace) {
    if (!template.hexTrace) {
      putText(out, trace);
      return;
    }
    if (trace < 0 || trace >= traceIdsLength / TRACE_ID_BYTES) {
      throw new MalformedRecordException(
          Reason.BAD_DATA, "the batch has no trace id with the index " + trace);
    }
    putHex(out, traceIdsStart + TRACE_ID_BYTES * (int) trace, TRACE_ID_BYTES);
  }

  private void putHex(ByteWriter out, int start, int length) {
    out.putZigzag(2L * length);
    out.putHexDigits(source, start, length);
  }

  private void putText(ByteWriter out, long index) {
    int start = textStarts.at(index);
    out.put(source, start, textEnds.at(index) - start);
  }

  private long putDuration(ByteWriter out, BatchTemplate template) {
    if (!template.hasDuration) {
      out.putZigzag(0);
      return 0;
    }
    long micros = columns.durations.next();
    out.putZigzag(1);
    out.putZigzag(micros);
    return micros;
  }

  /** A small batch may stand for a very large number of bytes. */
  private static void requireRoom(ByteWriter out) {
    if (out.length() > TraceEventBatches.MOST_BYTES) {
      throw new MalformedRecordException(
          Reason.TOO_LARGE,
          "the events of a batch have more than " + TraceEventBatches.MOST_BYTES + " bytes");
    }
  }
}
