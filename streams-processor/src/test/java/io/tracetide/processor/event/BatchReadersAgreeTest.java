package io.tracetide.processor.event;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The processor and the published reader accept the same batches, and read equal events. */
class BatchReadersAgreeTest {

  private static final int[] ODD = {
    -1, 1, 2, 7, 1 << 27, (1 << 28) + 1, 1 << 30, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  private static final String[] IDS = {
    "", "zz", "0", "0".repeat(16), "0".repeat(31), "0".repeat(32), "0".repeat(33), "é"
  };

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroEncoder<TraceEvent> encoder =
      new AvroEncoder<>(registry, "traces-value", TraceEvent.class);
  private final AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(registry, TraceEvent.class);
  private final AvroEncoder<TraceEventBatch> batchEncoder =
      new AvroEncoder<>(registry, "trace-batches-value", TraceEventBatch.class);
  private final AvroDecoder<TraceEventBatch> batchDecoder =
      new AvroDecoder<>(registry, TraceEventBatch.class);
  private final TraceBatchReader reader =
      new TraceBatchReader(TraceEventBatch.getClassSchema(), registry::schemaById);

  /** What a reader returned. */
  private record Outcome(@Nullable List<TraceEvent> events, @Nullable Reason refused) {}

  @Property(tries = 2_000)
  void shouldAgreeOnBatchesWithChangedFields(@ForAll long seed) {
    Random random = new Random(seed);
    TraceEventBatch batch = batchDecoder.decode(written(random));
    for (int n = random.nextInt(3); n >= 0; n--) {
      change(batch, random);
    }

    assertAgree(batchEncoder.encode(batch));
  }

  @Property(tries = 5_000)
  void shouldAgreeOnBatchesWithChangedBytes(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = written(random);
    for (int n = random.nextInt(3); n >= 0; n--) {
      int at = WireFormat.HEADER_BYTES + 2 + random.nextInt(bytes.length - 7);
      if (random.nextInt(3) == 0) {
        bytes = longer(bytes, at, 1 + random.nextInt(9), random.nextInt(8));
      } else {
        bytes[at] = (byte) random.nextInt(256);
      }
    }

    assertAgree(bytes);
  }

  @Test
  void shouldAgreeOnEveryIntOfMoreBytesThanItNeeds() {
    byte[] bytes = written(new Random(4));
    for (int at = WireFormat.HEADER_BYTES + 2; at < bytes.length; at++) {
      for (int more = 1; more < 10; more++) {
        assertAgree(longer(bytes, at, more, 0));
      }
    }
  }

  /** The same number at a position, if it is one, in more bytes. */
  private static byte[] longer(byte[] bytes, int at, int more, int last) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + more);
    System.arraycopy(bytes, at, longer, at + more, bytes.length - at);
    longer[at] = (byte) (bytes[at] | 0x80);
    Arrays.fill(longer, at + 1, at + more + 1, (byte) 0x80);
    longer[at + more] = (byte) last;
    return longer;
  }

  private byte[] written(Random random) {
    TraceEventBatchWriter writer = new TraceEventBatchWriter();
    TraceEvent first = TraceEventReaderTest.randomEvent(random);
    for (int i = random.nextInt(6); i >= 0; i--) {
      TraceEvent event = TraceEventReaderTest.randomEvent(random);
      writer.add(
          encoder.encode(
              random.nextBoolean()
                  ? event
                  : TraceEvent.newBuilder(first).setTags(event.getTags()).build()));
    }
    return writer.write(batchEncoder.schemaId());
  }

  private static void change(TraceEventBatch batch, Random random) {
    switch (random.nextInt(6)) {
      case 0 -> {
        List<String> columns =
            List.of(
                "eventTemplates",
                "eventTraces",
                "eventServices",
                "eventOperations",
                "eventTagSets");
        String column = columns.get(random.nextInt(columns.size()));
        @SuppressWarnings("unchecked")
        List<Integer> values = new ArrayList<>((List<Integer>) batch.get(column));
        values.set(random.nextInt(values.size()), ODD[random.nextInt(ODD.length)]);
        batch.put(column, values);
      }
      case 1 -> {
        List<String> columns =
            List.of("eventTimestamps", "eventDurations", "eventTraces", "eventTagSets", "texts");
        String column = columns.get(random.nextInt(columns.size()));
        List<?> values = (List<?>) batch.get(column);
        batch.put(column, new ArrayList<>(values.subList(0, values.size() - values.size() / 2)));
      }
      case 2 -> {
        List<String> columns = List.of("traceIds", "eventSpanIds", "eventParentSpanIds");
        batch.put(columns.get(random.nextInt(3)), ByteBuffer.allocate(random.nextInt(40)));
      }
      case 3 -> {
        List<Integer> entries = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
          entries.add(random.nextInt(batch.getTexts().size() + 1));
        }
        List<TagSet> sets = new ArrayList<>(batch.getTagSets());
        sets.set(random.nextInt(sets.size()), new TagSet(entries));
        batch.put("tagSets", sets);
      }
      case 4 -> {
        List<Long> times = new ArrayList<>(batch.getEventTimestamps());
        times.set(random.nextInt(times.size()), random.nextLong());
        batch.put("eventTimestamps", times);
      }
      default -> {
        List<TraceEvent> templates = new ArrayList<>(batch.getTemplates());
        TraceEvent.Builder changed =
            TraceEvent.newBuilder(templates.get(0))
                .setTags(random.nextBoolean() ? Map.of() : Map.of("lost", "x"));
        String id = IDS[random.nextInt(IDS.length)];
        switch (random.nextInt(4)) {
          case 0 -> changed.setTraceId(id);
          case 1 -> changed.setSpanId(id);
          case 2 -> changed.setParentSpanId(random.nextBoolean() ? id : null);
          default -> changed.setDurationMicros(random.nextBoolean() ? 5L : null);
        }
        templates.set(0, changed.build());
        batch.put("templates", templates);
      }
    }
  }

  private void assertAgree(byte[] record) {
    Outcome processor = byProcessor(record);
    Outcome published = published(record);
    if (processor.refused == Reason.INCOMPATIBLE_SCHEMA) {
      return; // The published reader does not look up the schema of the events.
    }
    assertThat(values(published.events))
        .as("processor %s, published %s", processor.refused, published.refused)
        .isEqualTo(values(processor.events));
  }

  /** The fields of events as objects: events whose sampling weight is NaN are not equal. */
  private static @Nullable List<List<Object>> values(@Nullable List<TraceEvent> events) {
    return events == null
        ? null
        : events.stream()
            .map(
                event ->
                    event.getSchema().getFields().stream().map(f -> event.get(f.pos())).toList())
            .toList();
  }

  private Outcome byProcessor(byte[] record) {
    TraceBatch batch = new TraceBatch();
    try {
      reader.read(record, 0, record.length, batch);
      List<TraceEvent> events = new ArrayList<>();
      for (int i = 0; i < batch.count(); i++) {
        int start = batch.start(i);
        events.add(
            decoder.decode(Arrays.copyOfRange(batch.bytes(), start, start + batch.length(i))));
      }
      return new Outcome(events, null);
    } catch (MalformedRecordException e) {
      return new Outcome(null, e.reason());
    } catch (UnknownSchemaException e) {
      return new Outcome(null, Reason.INCOMPATIBLE_SCHEMA);
    }
  }

  private Outcome published(byte[] record) {
    try {
      return new Outcome(TraceEventBatches.events(batchDecoder.decode(record)), null);
    } catch (MalformedRecordException e) {
      return new Outcome(null, e.reason());
    }
  }
}
