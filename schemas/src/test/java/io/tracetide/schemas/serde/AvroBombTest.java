package io.tracetide.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small records that announce large values. Each must be refused at a cost in proportion to its
 * size, whatever the heap; so what is bounded here is what the refusing thread allocates, and the
 * processor time it takes.
 */
class AvroBombTest {

  private static final long MAX_ALLOCATED_BYTES = 1 << 20;
  private static final Duration MAX_PROCESSOR_TIME = Duration.ofMillis(50);

  private static final InMemorySchemaRegistry REGISTRY = new InMemorySchemaRegistry();
  private static final AvroDecoder<TraceEvent> DECODER =
      new AvroDecoder<>(REGISTRY, TraceEvent.class);

  private static final Schema CURRENT = TraceEvent.getClassSchema();

  /** As the current schema, with fields in front that our reader skips. */
  private static final Schema WITH_EXTRAS =
      new Schema.Parser()
          .parse(
              CURRENT
                  .toString()
                  .replaceFirst(
                      "\"fields\":\\[",
                      """
                      "fields":[
                        {"name":"nulls","type":{"type":"array","items":"null"}},
                        {"name":"nested","type":{"type":"array","items":
                          {"type":"array","items":"null"}}},
                        {"name":"empties","type":{"type":"map","values":
                          {"type":"record","name":"Nothing","fields":[]}}},
                        {"name":"blob","type":"bytes"},\
                      """));

  @FunctionalInterface
  private interface Body {
    void write(BinaryEncoder out) throws IOException;
  }

  @BeforeAll
  static void warmUp() {
    AvroEncoder<TraceEvent> encoder = new AvroEncoder<>(REGISTRY, "traces-value", TraceEvent.class);
    for (int i = 0; i < 200; i++) {
      DECODER.decode(encoder.encode(SampleRecords.traceEvent()));
    }
    catchThrowableOfType(
        MalformedRecordException.class, () -> DECODER.decode(bomb(WITH_EXTRAS, out -> {})));
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void shouldRefuseHugeAnnouncedLengthsWithoutAllocatingForThem(byte[] record, Reason reason) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    long allocatedBefore = threads.getThreadAllocatedBytes(self);
    long cpuBefore = threads.getCurrentThreadCpuTime();

    MalformedRecordException refusal =
        catchThrowableOfType(MalformedRecordException.class, () -> DECODER.decode(record));

    long cpu = threads.getCurrentThreadCpuTime() - cpuBefore;
    long allocated = threads.getThreadAllocatedBytes(self) - allocatedBefore;
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(allocated).isLessThan(MAX_ALLOCATED_BYTES);
    assertThat(Duration.ofNanos(cpu)).isLessThan(MAX_PROCESSOR_TIME);
  }

  static Stream<Arguments> bombs() {
    return Stream.of(
        bomb("string of 2^31-1 bytes", Reason.TRUNCATED, out -> out.writeLong(Integer.MAX_VALUE)),
        bomb("string of 2^62 bytes", Reason.TRUNCATED, out -> out.writeLong(1L << 62)),
        bomb("string of -1 bytes", Reason.BAD_DATA, out -> out.writeLong(-1)),
        bomb(
            "string of Long.MIN_VALUE bytes",
            Reason.BAD_DATA,
            out -> out.writeLong(Long.MIN_VALUE)),
        bomb(
            "varint that never ends",
            Reason.BAD_DATA,
            out -> {
              for (int i = 0; i < 1_000; i++) {
                out.writeFixed(new byte[] {(byte) 0xff});
              }
            }),
        bomb(
            "enum symbol 10^9",
            Reason.BAD_DATA,
            out -> {
              out.writeString("t");
              out.writeInt(1_000_000_000);
              padding(out);
            }),
        bomb(
            "enum symbol -1",
            Reason.BAD_DATA,
            out -> {
              out.writeString("t");
              out.writeInt(-1);
              padding(out);
            }),
        bomb(
            "union branch 7",
            Reason.BAD_DATA,
            out -> {
              upTo(out, "parentSpanId");
              out.writeIndex(7);
              padding(out);
            }),
        bomb(
            "union branch -1",
            Reason.BAD_DATA,
            out -> {
              upTo(out, "parentSpanId");
              out.writeIndex(-1);
              padding(out);
            }),
        bomb(
            "map of 2^31-1 entries",
            Reason.TOO_MANY_ITEMS,
            out -> {
              upTo(out, "tags");
              out.writeLong(Integer.MAX_VALUE);
              padding(out);
            }),
        bomb(
            "map of 2^31-1 entries in a block of a stated size",
            Reason.TOO_MANY_ITEMS,
            out -> {
              upTo(out, "tags");
              out.writeLong(-Integer.MAX_VALUE);
              out.writeLong(8);
              padding(out);
            }),
        bomb(
            "map block of Long.MIN_VALUE entries",
            Reason.TOO_MANY_ITEMS,
            out -> {
              upTo(out, "tags");
              out.writeLong(Long.MIN_VALUE);
              out.writeLong(8);
              padding(out);
            }),
        bomb(
            "map block of a negative size",
            Reason.BAD_DATA,
            out -> {
              upTo(out, "tags");
              out.writeLong(-1);
              out.writeLong(-1);
              padding(out);
            }),
        bomb(
            "map key of 10^9 bytes",
            Reason.TRUNCATED,
            out -> {
              upTo(out, "tags");
              out.writeLong(1);
              out.writeLong(1_000_000_000);
              padding(out);
            }),
        bomb(
            "array of 10^9 records",
            Reason.TOO_MANY_ITEMS,
            out -> {
              upTo(out, "events");
              out.writeLong(1_000_000_000);
              padding(out);
            }),
        bomb(
            "array of Long.MAX_VALUE records",
            Reason.TOO_MANY_ITEMS,
            out -> {
              upTo(out, "events");
              out.writeLong(Long.MAX_VALUE);
              padding(out);
            }),
        bomb(
            "array of more records than bytes are left",
            Reason.TOO_MANY_ITEMS,
            out -> {
              upTo(out, "events");
              out.writeLong(200);
              padding(out);
            }),
        foreign(
            "array of 10^9 nulls",
            Reason.TOO_MANY_ITEMS,
            out -> {
              out.writeLong(1_000_000_000);
              padding(out);
            }),
        foreign(
            "blocks of nulls, each as many as there are bytes",
            Reason.TOO_MANY_ITEMS,
            out -> {
              for (int i = 0; i < 10_000; i++) {
                out.writeLong(1_000);
              }
              padding(out);
            }),
        foreign(
            "array of arrays of nulls",
            Reason.TOO_MANY_ITEMS,
            out -> {
              out.writeLong(0);
              out.writeLong(1_000);
              for (int i = 0; i < 1_000; i++) {
                out.writeLong(1_000);
                out.writeLong(0);
              }
              padding(out);
            }),
        foreign(
            "map of 10^9 empty records",
            Reason.TOO_MANY_ITEMS,
            out -> {
              out.writeLong(0);
              out.writeLong(0);
              out.writeLong(1_000_000_000);
              padding(out);
            }),
        foreign(
            "skipped block of 2^62 bytes",
            Reason.TRUNCATED,
            out -> {
              out.writeLong(-1);
              out.writeLong(1L << 62);
              padding(out);
            }),
        foreign(
            "skipped bytes of 2^31-1",
            Reason.TRUNCATED,
            out -> {
              out.writeLong(0);
              out.writeLong(0);
              out.writeLong(0);
              out.writeLong(Integer.MAX_VALUE);
              padding(out);
            }),
        arguments(named("five MiB of zeros", new byte[5 << 20]), Reason.TOO_LARGE));
  }

  private static Arguments bomb(String name, Reason reason, Body body) {
    return arguments(named(name, bomb(CURRENT, body)), reason);
  }

  private static Arguments foreign(String name, Reason reason, Body body) {
    return arguments(named(name, bomb(WITH_EXTRAS, body)), reason);
  }

  private static byte[] bomb(Schema schema, Body body) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.write(new byte[WireFormat.HEADER_BYTES]);
      BinaryEncoder out = EncoderFactory.get().binaryEncoder(bytes, null);
      body.write(out);
      out.flush();
      byte[] record = bytes.toByteArray();
      WireFormat.writeHeader(record, REGISTRY.register("traces-value", schema));
      return record;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Some bytes more, so that it is not for want of any that a bomb is refused. */
  private static void padding(BinaryEncoder out) throws IOException {
    byte[] zeros = new byte[100];
    Arrays.fill(zeros, (byte) 0);
    out.writeFixed(zeros);
  }

  /** The fields of a TraceEvent before the named one, at their smallest. */
  private static void upTo(BinaryEncoder out, String field) throws IOException {
    for (Schema.Field before : CURRENT.getFields()) {
      if (before.name().equals(field)) {
        return;
      }
      // Empty strings and collections, first symbols, null branches and zeros are all a zero byte.
      int zeros = before.schema().getType() == Schema.Type.DOUBLE ? Double.BYTES : 1;
      out.writeFixed(new byte[zeros]);
    }
  }
}
