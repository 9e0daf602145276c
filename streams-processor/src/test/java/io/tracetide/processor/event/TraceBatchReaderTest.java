package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.schemas.TagSet;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import io.tracetide.schemas.serde.TraceEventBatchWriter;
import io.tracetide.schemas.serde.TraceEventBatches;
import io.tracetide.schemas.serde.WireFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class TraceBatchReaderTest {

  private static final List<TraceEvent> ONE =
      List.of(TraceEventReaderTest.randomEvent(new Random(1)));

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroEncoder<TraceEvent> encoder =
      new AvroEncoder<>(registry, "traces-value", TraceEvent.class);
  private final AvroEncoder<TraceEventBatch> batchEncoder =
      new AvroEncoder<>(registry, "trace-batches-value", TraceEventBatch.class);
  private final AvroDecoder<TraceEventBatch> batchDecoder =
      new AvroDecoder<>(registry, TraceEventBatch.class);
  private final TraceBatchReader reader =
      new TraceBatchReader(TraceEventBatch.getClassSchema(), registry::schemaById);
  private final TraceBatch batch = new TraceBatch();

  @Property(tries = 300)
  void shouldExpandEveryEventToTheBytesOfASingleRecord(@ForAll long seed) {
    Random random = new Random(seed);
    TraceEventBatchWriter writer = new TraceEventBatchWriter();
    List<byte[]> singles = new ArrayList<>();
    for (int i = random.nextInt(50); i >= 0; i--) {
      byte[] single = encoder.encode(TraceEventReaderTest.randomEvent(random));
      assertThat(writer.add(single)).isTrue();
      singles.add(single);
    }

    read(writer.write(batchEncoder.schemaId()));

    assertThat(batch.count()).isEqualTo(singles.size());
    TraceView view = new TraceView();
    TraceEventReader events = new TraceEventReader(TraceEvent.getClassSchema());
    for (int i = 0; i < singles.size(); i++) {
      assertThat(event(i)).isEqualTo(singles.get(i));
      events.read(singles.get(i), view);
      assertThat(batch.copyTraceId(i)).isEqualTo(view.traceId().getBytes(UTF_8));
      assertThat(batch.timestampMicros(i)).isEqualTo(view.timestampMicros());
    }
  }

  @Property(tries = 300)
  void shouldKnowTheFieldsOfAnEventFromAnotherOneOfItsTemplate(@ForAll long seed) {
    Random random = new Random(seed);
    read(similarEvents(random, 40));

    assertThat(shouldFillAsRead()).isPositive();
  }

  /** A batch of events with few templates. */
  private byte[] similarEvents(Random random, int most) {
    List<TraceEvent> templates = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      TraceEvent event = TraceEventReaderTest.randomEvent(random);
      templates.add(TraceEvent.newBuilder(event).setCustomMetrics(Map.of()).build());
    }
    TraceEventBatchWriter writer = new TraceEventBatchWriter();
    // More than the templates, of which there are six: each of the three with both kinds of ids.
    for (int i = 7 + random.nextInt(most); i >= 0; i--) {
      TraceEvent other = TraceEventReaderTest.randomEvent(random);
      TraceEvent.Builder event =
          TraceEvent.newBuilder(templates.get(random.nextInt(3)))
              .setTraceId(other.getTraceId())
              .setServiceName(other.getServiceName())
              .setOperationName(other.getOperationName())
              .setTimestamp(other.getTimestamp())
              .setTags(other.getTags());
      if (event.getDurationMicros() != null) {
        event.setDurationMicros(random.nextLong(1L << 40));
      }
      if (event.getSpanId().length() == 16) {
        event.setSpanId(String.format("%016x", random.nextLong()));
      }
      assertThat(writer.add(encoder.encode(event.build()))).isTrue();
    }
    return writer.write(batchEncoder.schemaId());
  }

  /** Compares each event that can be filled with what is read from its bytes. */
  private int shouldFillAsRead() {
    TraceEventReader events = new TraceEventReader(TraceEvent.getClassSchema());
    TraceView read = new TraceView();
    TraceView filled = new TraceView();
    // Fields of an earlier event must not remain.
    events.read(encoder.encode(TraceEventReaderTest.randomEvent(new Random(8))), filled);
    int count = 0;
    for (int i = 0; i < batch.count(); i++) {
      if (batch.fill(i, filled)) {
        count++;
        events.read(batch.bytes(), batch.start(i), batch.length(i), read);
        assertThat(fields(filled)).isEqualTo(fields(read));
      }
    }
    return count;
  }

  private static List<Object> fields(TraceView event) {
    List<Object> fields = new ArrayList<>();
    fields.addAll(
        List.of(event.tenant(), event.traceId(), event.service(), event.operation(), event.kind));
    fields.addAll(List.of(event.spanKey(), event.parentKey(), event.spanHash()));
    fields.addAll(List.of(event.hasSpanId(), event.hasParentSpanId(), event.operationHash()));
    fields.addAll(List.of(event.timestampMicros(), event.hasDuration(), event.samplingWeight()));
    fields.addAll(List.of(event.durationMicros(), event.type, event.status, event.recordHash()));
    fields.addAll(List.of(event.hasWorkflowEvent(), event.measureCount(), event.isMeasurement()));
    for (ResourceField resource : ResourceField.values()) {
      fields.add(event.reportsUsage(resource) ? event.usage(resource) : "none");
    }
    return fields;
  }

  @Property(tries = 500)
  void shouldRefuseDamagedBytesWithoutFailingOtherwise(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = random.nextBoolean() ? record(random, 5) : similarEvents(random, 10);
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      bytes[WireFormat.HEADER_BYTES + random.nextInt(bytes.length - WireFormat.HEADER_BYTES)] =
          (byte) random.nextInt(256);
    }
    try {
      read(bytes);
      shouldFillAsRead();
    } catch (MalformedRecordException e) {
      assertThat(DeadLetterReason.of(e)).isNotNull();
    } catch (UnknownSchemaException e) {
      // The id of the schema of the events is damaged.
    }
  }

  @Test
  void shouldRefuseABatchThatIsCutShort() {
    byte[] bytes = record(new Random(1), 3);
    for (int length = WireFormat.HEADER_BYTES; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(MalformedRecordException.class);
    }
    assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(MalformedRecordException.class);
  }

  @Test
  void shouldRefuseASmallBatchOfVeryManyBytes() {
    TraceEvent template =
        TraceEvent.newBuilder(TraceEventReaderTest.randomEvent(new Random(1)))
            .setOperationName("x".repeat(100_000))
            .build();
    byte[] bytes = batchEncoder.encode(bomb(List.of(template), List.of(), 1_000));

    assertThat(bytes).hasSizeLessThan(120_000);
    assertRefused(bytes, Reason.TOO_LARGE);
  }

  @Test
  void shouldRefuseTagsOfVeryManyBytes() {
    List<Integer> entries = Collections.nCopies(50_000, 0);

    assertRefused(batchEncoder.encode(bomb(ONE, entries, 1)), Reason.TOO_LARGE);
  }

  @Test
  void shouldRefuseMoreEventsThanTheLimit() {
    TraceEvent template = TraceEventReaderTest.randomEvent(new Random(1));

    assertRefused(
        batchEncoder.encode(
            bomb(
                List.of(TraceEvent.newBuilder(template).setTags(Map.of()).build()),
                List.of(),
                TraceEventBatches.MOST_EVENTS + 1)),
        Reason.TOO_MANY_ITEMS);
  }

  @Test
  void shouldRefuseReferencesToWhatTheBatchDoesNotHave() {
    for (String field :
        List.of(
            "eventTemplates", "eventTraces", "eventServices", "eventOperations", "eventTagSets")) {
      for (int wrong : new int[] {-9, 99, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        TraceEventBatch changed = batchDecoder.decode(record(new Random(2), 3));
        changed.put(field, List.of(0, wrong, 0));
        assertRefused(batchEncoder.encode(changed), Reason.BAD_DATA);
      }
    }
    for (String field : List.of("eventSpanIds", "eventParentSpanIds", "traceIds")) {
      TraceEventBatch changed = batchDecoder.decode(record(new Random(2), 20));
      changed.put(field, ByteBuffer.allocate(7));
      assertRefused(batchEncoder.encode(changed), Reason.BAD_DATA);
    }
    for (String field : List.of("eventTimestamps", "eventDurations", "eventTagSets")) {
      TraceEventBatch changed = batchDecoder.decode(record(new Random(2), 20));
      changed.put(field, List.of());
      assertRefused(batchEncoder.encode(changed), Reason.BAD_DATA);
    }
    assertRefused(batchEncoder.encode(bomb(ONE, List.of(0), 1)), Reason.BAD_DATA);
    assertRefused(batchEncoder.encode(bomb(ONE, List.of(0, 7), 1)), Reason.BAD_DATA);
  }

  @Test
  void shouldRefuseABatchWhoseEventsHaveAnotherSchemaThanItSays() {
    int other = registry.register("other", Schema.create(Schema.Type.STRING));
    TraceEventBatch changed = batchDecoder.decode(record(new Random(3), 3));
    changed.put("eventSchemaId", other);

    assertRefused(batchEncoder.encode(changed), Reason.INCOMPATIBLE_SCHEMA);
  }

  @Test
  void shouldRefuseASchemaThatIsNoVersionOfTheContract() {
    assertThatThrownBy(
            () -> new TraceBatchReader(TraceEvent.getClassSchema(), registry::schemaById))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("eventSchemaId");
  }

  private TraceEventBatch bomb(List<TraceEvent> templates, List<Integer> tags, int events) {
    List<Integer> zeros = Collections.nCopies(events, 0);
    return TraceEventBatch.newBuilder()
        .setEventSchemaId(encoder.schemaId())
        .setTexts(List.of("y".repeat(1_000)))
        .setTagSets(List.of(new TagSet(tags)))
        .setTemplates(
            templates.stream()
                .map(
                    event ->
                        TraceEvent.newBuilder(event)
                            .setTraceId("")
                            .setSpanId("")
                            .setParentSpanId(null)
                            .setDurationMicros(null)
                            .setMetadata(Map.of("note", event.getOperationName()))
                            .setOperationName("")
                            .build())
                .toList())
        .setEventTemplates(zeros)
        .setEventTraces(zeros)
        .setEventServices(zeros)
        .setEventOperations(zeros)
        .setEventTimestamps(Collections.nCopies(events, 0L))
        .setEventTagSets(zeros)
        .build();
  }

  private byte[] record(Random random, int events) {
    TraceEventBatchWriter writer = new TraceEventBatchWriter();
    for (int i = 0; i < events; i++) {
      writer.add(encoder.encode(TraceEventReaderTest.randomEvent(random)));
    }
    return writer.write(batchEncoder.schemaId());
  }

  private void read(byte[] record) {
    reader.read(record, 0, record.length, batch);
  }

  private void assertRefused(byte[] record, Reason reason) {
    assertThatThrownBy(() -> read(record))
        .isInstanceOfSatisfying(
            MalformedRecordException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private byte[] event(int index) {
    int start = batch.start(index);
    return Arrays.copyOfRange(batch.bytes(), start, start + batch.length(index));
  }
}
