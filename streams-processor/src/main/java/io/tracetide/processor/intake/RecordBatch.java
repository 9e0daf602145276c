package io.tracetide.processor.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import io.tracetide.schemas.size.CuttingDeserializer;
import io.tracetide.schemas.size.Oversized;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive records of a partition, encoded as the value of one record. Format of each record:
 * twice the difference of its offset to the batch's, plus one when it was cut (varint), its
 * timestamp (8 bytes), then its key and value, each preceded by its length plus one (varint), 0 for
 * null. For a cut record, the original sizes of key and value follow: number of bytes (4 bytes) and
 * hash, encoded like a value; 0 bytes for one that was not cut. Headers are dropped, because they
 * are not used and may contain credentials.
 */
public final class RecordBatch implements RecordCursor {

  /** Header of a batch. It is recognised by its class, so a service cannot forge it. */
  private static final String MARK = "tracetide-batch";

  private static final CuttingDeserializer KEYS = CuttingDeserializer.ofKeys();
  private static final CuttingDeserializer VALUES = CuttingDeserializer.ofValues();

  private final ByteBuffer in;
  private final long firstOffset;
  private int position;
  private long offset;
  private long timestamp;
  private int keyStart;
  private int keyLength;
  private int valueStart;
  private int valueLength;
  private @Nullable Oversized oversized;

  /**
   * Creates a reader, positioned before the first record.
   *
   * @param firstOffset offset of the record that contains the batch
   */
  public RecordBatch(byte[] bytes, long firstOffset) {
    this.in = ByteBuffer.wrap(bytes);
    this.firstOffset = firstOffset;
  }

  /** Whether these are the headers of a batch. */
  public static boolean isMarked(Headers headers) {
    return headers.lastHeader(MARK) instanceof Mark;
  }

  /** A single record as a batch of one. */
  public static RecordBatch ofOne(
      byte @Nullable [] key, byte @Nullable [] value, long offset, long timestamp) {
    RecordHeaders marks = new RecordHeaders();
    ByteBuffer itsKey = cut(KEYS, buffer(key), marks);
    ByteBuffer itsValue = cut(VALUES, buffer(value), marks);
    ByteWriter out = new ByteWriter();
    write(0, timestamp, itsKey, itsValue, Oversized.in(marks), out);
    return new RecordBatch(out.toByteArray(), offset);
  }

  private static @Nullable ByteBuffer cut(
      CuttingDeserializer cutting, @Nullable ByteBuffer bytes, Headers marks) {
    return bytes == null ? null : cutting.deserialize("", marks, bytes);
  }

  /** Bytes of a record's key and value, as they were read. */
  static int bytes(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
    return length(record.key()) + length(record.value());
  }

  private static int length(@Nullable ByteBuffer bytes) {
    return bytes == null ? 0 : bytes.remaining();
  }

  private static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  /** One record that contains several records of one partition; there is at least one. */
  static ConsumerRecord<byte[], byte[]> of(
      List<ConsumerRecord<ByteBuffer, ByteBuffer>> records, ByteWriter out) {
    // While the batch is queued, its offset is committed, so it is that of the first record in it.
    ConsumerRecord<ByteBuffer, ByteBuffer> first = records.get(0);
    ConsumerRecord<ByteBuffer, ByteBuffer> last = records.get(records.size() - 1);
    out.clear();
    for (ConsumerRecord<ByteBuffer, ByteBuffer> record : records) {
      write(
          record.offset() - first.offset(),
          record.timestamp(),
          record.key(),
          record.value(),
          Oversized.in(record.headers()),
          out);
    }
    byte[] value = out.toByteArray();
    return new ConsumerRecord<>(
        first.topic(),
        first.partition(),
        first.offset(),
        last.timestamp(),
        last.timestampType(),
        ConsumerRecord.NULL_SIZE,
        value.length,
        null,
        value,
        new RecordHeaders(new Header[] {new Mark()}),
        first.leaderEpoch());
  }

  private static void write(
      long offsetAbove,
      long timestamp,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      @Nullable Oversized cut,
      ByteWriter out) {
    out.putVarint(2 * offsetAbove + (cut == null ? 0 : 1));
    out.putLong(timestamp);
    write(key, out);
    write(value, out);
    if (cut != null) {
      write(cut.fullKey(), out);
      write(cut.fullValue(), out);
    }
  }

  private static void write(Oversized.@Nullable Size full, ByteWriter out) {
    out.putInt(full == null ? 0 : full.bytes());
    if (full != null) {
      write(ByteBuffer.wrap(full.sha256().getBytes(US_ASCII)), out);
    }
  }

  private static void write(@Nullable ByteBuffer bytes, ByteWriter out) {
    if (bytes == null) {
      out.putVarint(0);
    } else {
      out.putVarint(bytes.remaining() + 1L);
      out.put(bytes);
    }
  }

  @Override
  public boolean next() {
    if (!in.hasRemaining()) {
      return false;
    }
    position = in.position();
    long place = Varint.read(in);
    offset = firstOffset + (place >>> 1);
    timestamp = in.getLong();
    keyLength = (int) Varint.read(in) - 1;
    keyStart = skip(keyLength);
    valueLength = (int) Varint.read(in) - 1;
    valueStart = skip(valueLength);
    oversized = (place & 1) == 0 ? null : new Oversized(size(), size());
    return true;
  }

  private Oversized.@Nullable Size size() {
    int bytes = in.getInt();
    if (bytes == 0) {
      return null;
    }
    int length = (int) Varint.read(in) - 1;
    return new Oversized.Size(bytes, new String(in.array(), skip(length), length, US_ASCII));
  }

  private int skip(int length) {
    int start = in.position();
    in.position(start + Math.max(0, length));
    return start;
  }

  @Override
  public int position() {
    return position;
  }

  @Override
  public RecordBatch at(int position) {
    RecordBatch other = new RecordBatch(in.array(), firstOffset);
    other.in.position(position);
    other.next();
    return other;
  }

  @Override
  public long offset() {
    return offset;
  }

  @Override
  public long timestamp() {
    return timestamp;
  }

  @Override
  public @Nullable Oversized oversized() {
    return oversized;
  }

  @Override
  public byte @Nullable [] key() {
    return keyLength < 0 ? null : Arrays.copyOfRange(in.array(), keyStart, keyStart + keyLength);
  }

  @Override
  public byte[] value() {
    return Arrays.copyOfRange(in.array(), valueStart, valueStart + valueLength());
  }

  @Override
  public byte[] bytes() {
    return in.array();
  }

  @Override
  public int valueStart() {
    return valueStart;
  }

  @Override
  public int valueLength() {
    return Math.max(0, valueLength);
  }

  private record Mark() implements Header {
    @Override
    public String key() {
      return MARK;
    }

    @Override
    public byte @Nullable [] value() {
      return null;
    }
  }
}
