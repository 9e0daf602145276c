package io.tracetide.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TagSet;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import io.tracetide.schemas.size.RecordLimits;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TraceEventBatchTest {

  private static final Instant TEN = Instant.parse("2026-12-01T10:00:00Z");

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final TraceEventEncoder encoder =
      new TraceEventEncoder(registry, SubjectCatalog.valueSubject(Topics.TRACES));
  private final AvroDecoder<TraceEvent> singles = new AvroDecoder<>(registry, TraceEvent.class);
  private final AvroDecoder<TraceEventBatch> batches =
      new AvroDecoder<>(registry, TraceEventBatch.class);
  private final int schemaId =
      registry.register(
          SubjectCatalog.valueSubject(Topics.TRACE_BATCHES), TraceEventBatchWriter.schema());
  private final TraceEventBatchWriter writer = new TraceEventBatchWriter();

  @Property(tries = 300)
  void shouldReadWhatWasWritten(@ForAll long seed) {
    RandomEvents random = new RandomEvents(seed);
    List<TraceEvent> written = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      byte[] encoded = encoder.encode(random.event());
      if (TraceEventBatchWriter.takes(encoded.length) && writer.add(encoded)) {
        written.add(singles.decode(encoded));
      }
    }

    byte[] record = writer.write(schemaId);

    assertThat(TraceEventBatches.events(batches.decode(record))).isEqualTo(written);
  }

  @Test
  void shouldWriteNamesAndTagsOnceAndIdsInHalfTheirBytes() {
    int single = 0;
    for (int i = 0; i < 1_000; i++) {
      byte[] encoded = encoder.encode(span(i).build());
      single += encoded.length;
      assertThat(writer.add(encoded)).isTrue();
    }

    byte[] record = writer.write(schemaId);

    TraceEventBatch batch = batches.decode(record);
    assertThat(batch.getTemplates()).hasSize(2);
    assertThat(batch.getTagSets()).hasSize(2);
    assertThat(batch.getTexts())
        .containsExactly(
            "shop", "operation-0", "http.route", "/cart", "operation-1", "/pay", "operation-2");
    assertThat(record.length).isLessThan(single / 4);
  }

  @Test
  void shouldKeepTextsThatAreNoLowerCaseHex() {
    List<String> ids = List.of("order-17", "ABCD", "abc", "", "00ff", "f".repeat(64), "é");
    for (String id : ids) {
      TraceEvent event = span(1).setTraceId(id).setSpanId(id).setParentSpanId(id).build();
      assertThat(writer.add(encoder.encode(event))).isTrue();
    }

    List<TraceEvent> read = TraceEventBatches.events(batches.decode(writer.write(schemaId)));

    assertThat(read.stream().map(TraceEvent::getTraceId)).containsExactlyElementsOf(ids);
    assertThat(read.stream().map(TraceEvent::getSpanId)).containsExactlyElementsOf(ids);
    assertThat(read.stream().map(TraceEvent::getParentSpanId)).containsExactlyElementsOf(ids);
  }

  @Test
  void shouldBoundEventsAndBytes() {
    byte[] small = encoder.encode(span(1).build());
    for (int i = 0; i < TraceEventBatchWriter.MOST_EVENTS; i++) {
      assertThat(writer.add(small)).isTrue();
    }
    assertThat(writer.add(small)).isFalse();
    assertThat(batches.decode(writer.write(schemaId)).getEventTemplates())
        .hasSize(TraceEventBatchWriter.MOST_EVENTS);

    int added = 0;
    while (writer.add(encoder.encode(span(added).setTags(manyTags(added)).build()))) {
      added++;
    }
    assertThat(added).isLessThan(TraceEventBatchWriter.MOST_EVENTS).isEqualTo(writer.events());
    byte[] record = writer.write(schemaId);
    assertThat(record).hasSizeLessThan(RecordLimits.VALUE_BYTES);
    assertThat(TraceEventBatches.events(batches.decode(record))).hasSize(added);
  }

  /** Short distinct names are the worst case: an index is as long as the text. */
  private static Map<String, String> manyTags(int event) {
    Map<String, String> tags = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      tags.put(Integer.toString(event * 2_000 + i, 36), "");
    }
    return tags;
  }

  @Test
  void shouldWriteEachBatchIndependentlyOfTheOneBefore() {
    writer.add(encoder.encode(span(1).build()));
    writer.write(schemaId);
    TraceEvent other = span(2).setServiceName("other").build();
    writer.add(encoder.encode(other));

    assertThat(TraceEventBatches.events(batches.decode(writer.write(schemaId))))
        .containsExactly(other);
  }

  @Test
  void shouldRefuseAReferenceToWhatTheBatchDoesNotHave() {
    writer.add(encoder.encode(span(1).build()));
    TraceEventBatch batch = batches.decode(writer.write(schemaId));
    batch.getEventTraces().set(0, 1);

    assertThatThrownBy(() -> TraceEventBatches.events(batch))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("fewer ids than events");
  }

  @Test
  void shouldRefuseASmallBatchOfVeryManyBytes() {
    Map<String, String> metadata = new HashMap<>();
    TraceEventBatch.Builder manyTags = batchOf(span(1).build(), TraceEventBatches.MOST_EVENTS);
    List<Integer> entries = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      metadata.put("k" + i, "");
      entries.add(manyTags.getTexts().size());
      entries.add(0);
      manyTags.getTexts().add("k" + i);
    }
    manyTags.setTagSets(List.of(new TagSet(entries)));
    TraceEventBatch.Builder manyMetadata =
        batchOf(span(1).setMetadata(metadata).build(), TraceEventBatches.MOST_EVENTS);
    String tooLong = "x".repeat(RecordLimits.VALUE_BYTES);

    assertRefused(manyTags.build(), Reason.TOO_LARGE);
    assertRefused(manyMetadata.build(), Reason.TOO_LARGE);
    assertRefused(
        batchOf(span(1).setMetadata(Map.of("k", tooLong)).build(), 1).build(), Reason.TOO_LARGE);
    assertRefused(
        batchOf(span(1).build(), 2).setTexts(new ArrayList<>(List.of(tooLong))).build(),
        Reason.TOO_LARGE);
  }

  @Test
  void shouldReadEventsOfAsManyBytesAsTheLimit() {
    int events = 1_000;
    TraceEvent event = span(1).setMetadata(Map.of("k", "x".repeat(1_900))).build();

    assertThat(TraceEventBatches.events(batchOf(event, events).build())).hasSize(events);
  }

  @Test
  void shouldRefuseIndicesThatOverflow() {
    for (int index : new int[] {1, -1, (1 << 27) - 1, 1 << 27, 1 << 28, (1 << 28) + 1}) {
      TraceEventBatch.Builder batch = batchOf(span(1).build(), 2);
      batch.setEventTraces(List.of(0, index));
      assertRefused(batch.build(), Reason.BAD_DATA);
      batch.setEventTraces(List.of(Integer.MAX_VALUE, Integer.MAX_VALUE));
      assertRefused(batch.build(), Reason.BAD_DATA);
    }
    TraceEventBatch.Builder wraps = batchOf(span(1).build(), 4);
    int half = 1 << 30;
    wraps.setEventTraces(List.of(0, half, half, half));
    wraps.getTemplates().set(0, plain(""));
    assertRefused(wraps.build(), Reason.BAD_DATA);
  }

  @Test
  void shouldRefuseATagWithoutAValue() {
    assertRefused(
        batchOf(span(1).build(), 1).setTagSets(List.of(new TagSet(List.of(0)))).build(),
        Reason.BAD_DATA);
  }

  @Test
  void shouldTakeTheTextOfATraceWhoseTemplateHasAnyOtherId() {
    TraceEventBatch.Builder batch = batchOf(span(1).build(), 1);
    batch.getTemplates().set(0, plain("zz"));

    assertThat(TraceEventBatches.events(batch.build()))
        .extracting(TraceEvent::getTraceId)
        .containsExactly("text");
  }

  /** A batch of equal events of one template. */
  private TraceEventBatch.Builder batchOf(TraceEvent event, int count) {
    List<Integer> zeros = Collections.nCopies(count, 0);
    List<TraceEvent> templates = new ArrayList<>();
    templates.add(
        TraceEvent.newBuilder(event)
            .setTraceId(TraceEventBatches.TRACE_ZEROS)
            .setParentSpanId(null)
            .setDurationMicros(null)
            .build());
    return TraceEventBatch.newBuilder()
        .setEventSchemaId(1)
        .setTexts(new ArrayList<>(List.of("text")))
        .setTagSets(List.of(new TagSet(List.of())))
        .setTraceIds(ByteBuffer.allocate(16))
        .setTemplates(templates)
        .setEventTemplates(zeros)
        .setEventTraces(zeros)
        .setEventServices(zeros)
        .setEventOperations(zeros)
        .setEventTimestamps(Collections.nCopies(count, 0L))
        .setEventTagSets(zeros);
  }

  /** A template that needs no ids and durations of the batch. */
  private static TraceEvent plain(String traceId) {
    return span(1).setTraceId(traceId).setParentSpanId(null).setDurationMicros(null).build();
  }

  private static void assertRefused(TraceEventBatch batch, Reason reason) {
    assertThatThrownBy(() -> TraceEventBatches.events(batch))
        .isInstanceOfSatisfying(
            MalformedRecordException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void shouldRefuseEventsThatAreTooLargeOrNoEvents() {
    byte[] large = new byte[TraceEventBatchWriter.LARGEST_EVENT_BYTES + 1];
    assertThatThrownBy(() -> writer.add(large)).isInstanceOf(IllegalArgumentException.class);
    byte[] cut = Arrays.copyOf(encoder.encode(span(1).build()), 20);
    assertThatThrownBy(() -> writer.add(cut)).isInstanceOf(IllegalArgumentException.class);
    assertThat(writer.events()).isZero();
  }

  private static TraceEvent.Builder span(int number) {
    return TraceEvent.newBuilder()
        .setType(TraceEventType.COMPLETED)
        .setTraceId("%032x".formatted(number / 4))
        .setSpanId("%016x".formatted(number))
        .setParentSpanId(number % 4 == 0 ? null : "%016x".formatted(number - 1))
        .setServiceName("shop")
        .setOperationName("operation-" + number % 3)
        .setSpanKind(SpanKind.SERVER)
        .setStatus(TraceStatus.COMPLETED)
        .setTimestamp(TEN.plusMillis(number))
        .setDurationMicros(1_000L + number)
        .setTags(Map.of("http.route", number % 2 == 0 ? "/cart" : "/pay"));
  }
}
