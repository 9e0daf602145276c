package io.tracetide.schemas.serde;

import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Reads Avro binary from untrusted bytes. Every length is compared with the remaining bytes before
 * memory is allocated for it, and every array item or map entry must have at least one byte in the
 * record.
 *
 * <p>The second rule prevents blocks of items without bytes (nulls, empty records), of which a few
 * bytes can announce billions. Every item in a record of Tracetide has at least one byte.
 */
final class BoundedDecoder extends Decoder {

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private int position;
  private int itemsLeft;

  BoundedDecoder(byte[] bytes, int offset, int maxItems) {
    this.bytes = bytes;
    this.position = offset;
    this.itemsLeft = Math.min(maxItems, bytes.length - offset);
  }

  /**
   * Reads a record.
   *
   * @param name of the record, for the message of the exception
   * @throws MalformedRecordException if the bytes are not such a record
   */
  @SuppressWarnings("NullAway") // Null: there is no instance to reuse.
  <T> T read(DatumReader<T> reader, String name) {
    try {
      return reader.read(null, this);
    } catch (EOFException e) {
      // Avro checks lengths, too, with the least size of an item, which is stricter.
      throw new MalformedRecordException(Reason.TRUNCATED, String.valueOf(e.getMessage()), e);
    } catch (IOException
        | AvroRuntimeException
        | DateTimeException
        | ArithmeticException
        | IndexOutOfBoundsException e) {
      throw new MalformedRecordException(
          Reason.BAD_DATA, "not a " + name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public int remainingBytes() {
    return bytes.length - position;
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() {
    require(1);
    return switch (bytes[position++]) {
      case 0 -> false;
      case 1 -> true;
      default -> throw bad("a boolean is neither 0 nor 1");
    };
  }

  @Override
  public int readInt() {
    int shift = 0;
    int value = 0;
    while (true) {
      require(1);
      byte next = bytes[position++];
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        if (shift == 28 && next > 0x0f) {
          throw bad("an int takes more than 32 bits");
        }
        return (value >>> 1) ^ -(value & 1);
      }
      shift += 7;
      if (shift > 28) {
        throw bad("an int takes more than 5 bytes");
      }
    }
  }

  @Override
  public long readLong() {
    int shift = 0;
    long value = 0;
    while (true) {
      require(1);
      byte next = bytes[position++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
      shift += 7;
      if (shift > 63) {
        throw bad("a long takes more than 10 bytes");
      }
    }
  }

  @Override
  public float readFloat() {
    require(Float.BYTES);
    float value = (float) FLOAT.get(bytes, position);
    position += Float.BYTES;
    return value;
  }

  @Override
  public double readDouble() {
    require(Double.BYTES);
    double value = (double) DOUBLE.get(bytes, position);
    position += Double.BYTES;
    return value;
  }

  @Override
  public Utf8 readString(Utf8 old) {
    return new Utf8(readString());
  }

  @Override
  public String readString() {
    int length = readLength();
    String value = new String(bytes, position, length, StandardCharsets.UTF_8);
    position += length;
    return value;
  }

  @Override
  public void skipString() {
    skipBytes();
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) {
    int length = readLength();
    byte[] value = new byte[length];
    readFixed(value, 0, length);
    return ByteBuffer.wrap(value);
  }

  @Override
  public void skipBytes() {
    int length = readLength();
    position += length;
  }

  @Override
  public void readFixed(byte[] target, int start, int length) {
    require(length);
    System.arraycopy(bytes, position, target, start, length);
    position += length;
  }

  @Override
  public void skipFixed(int length) {
    require(length);
    position += length;
  }

  @Override
  public int readEnum() {
    return readInt();
  }

  @Override
  public int readIndex() {
    return readInt();
  }

  @Override
  public long readArrayStart() {
    return readBlock();
  }

  @Override
  public long arrayNext() {
    return readBlock();
  }

  /** Items are skipped one by one: the size of a block may differ from that of its items. */
  @Override
  public long skipArray() {
    return readBlock();
  }

  @Override
  public long readMapStart() {
    return readBlock();
  }

  @Override
  public long mapNext() {
    return readBlock();
  }

  @Override
  public long skipMap() {
    return readBlock();
  }

  /** Reads the number of items in the next block; 0 ends the collection. */
  private long readBlock() {
    long count = readLong();
    if (count < 0) {
      // A negative count is followed by the block's size in bytes.
      readLength();
      count = -count;
    }
    return charge(count);
  }

  private long charge(long count) {
    // Long.MIN_VALUE has no positive counterpart and stays negative.
    if (count < 0 || count > itemsLeft) {
      throw new MalformedRecordException(
          Reason.TOO_MANY_ITEMS, "a block of " + count + " items, where " + itemsLeft + " may be");
    }
    itemsLeft -= (int) count;
    return count;
  }

  private int readLength() {
    long length = readLong();
    if (length < 0) {
      throw bad("a length of " + length);
    }
    if (length > remainingBytes()) {
      throw truncated(length);
    }
    return (int) length;
  }

  private void require(int length) {
    if (length > remainingBytes()) {
      throw truncated(length);
    }
  }

  private MalformedRecordException truncated(long length) {
    return new MalformedRecordException(
        Reason.TRUNCATED, length + " bytes wanted at " + position + " of " + bytes.length);
  }

  private MalformedRecordException bad(String what) {
    return new MalformedRecordException(Reason.BAD_DATA, what + " at " + position);
  }
}
