package io.tracetide.processor.event;

import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.ObjDoubleConsumer;
import org.apache.avro.Schema;

/**
 * Reads one value from a cursor and stores it in a view, or skips it. Readers are created from the
 * writer's schema, so each version of a contract has its own.
 *
 * @param <V> view that receives the value
 */
@FunctionalInterface
interface FieldReader<V> {

  /** Collections with more items than this are refused; see {@code DecodeLimits}. */
  int MAX_ITEMS = 100_000;

  /** Records within records beyond this depth are refused: they would overflow the stack. */
  int MAX_DEPTH = 64;

  void read(AvroCursor in, V out);

  /** Receives a whole number. */
  @FunctionalInterface
  interface LongSink<V> {
    void accept(V out, long value);
  }

  /** Receives the position of a string. */
  @FunctionalInterface
  interface SliceSink<V> {
    void accept(V out, int start, int length);
  }

  /** Reads an int or a long, or their union with null. */
  static <V> FieldReader<V> ofLong(Schema written, LongSink<V> sink) {
    return switch (written.getType()) {
      case INT -> (in, out) -> sink.accept(out, in.readInt());
      case LONG -> (in, out) -> sink.accept(out, in.readLong());
      case UNION -> ofUnion(written, branch -> ofLong(branch, sink));
      default -> throw unreadable(written, "a whole number");
    };
  }

  /** Reads any number as a double, or its union with null. */
  static <V> FieldReader<V> ofDouble(Schema written, ObjDoubleConsumer<V> sink) {
    return switch (written.getType()) {
      case INT -> (in, out) -> sink.accept(out, in.readInt());
      case LONG -> (in, out) -> sink.accept(out, (double) in.readLong());
      case FLOAT -> (in, out) -> sink.accept(out, in.readFloat());
      case DOUBLE -> (in, out) -> sink.accept(out, in.readDouble());
      case UNION -> ofUnion(written, branch -> ofDouble(branch, sink));
      default -> throw unreadable(written, "a number");
    };
  }

  /** Reads a boolean, or its union with null. */
  static <V> FieldReader<V> ofBoolean(Schema written, BiConsumer<V, Boolean> sink) {
    return switch (written.getType()) {
      case BOOLEAN -> (in, out) -> sink.accept(out, in.readBoolean());
      case UNION -> ofUnion(written, branch -> ofBoolean(branch, sink));
      default -> throw unreadable(written, "a boolean");
    };
  }

  /** Reads a string, or its union with null. */
  static <V> FieldReader<V> ofString(Schema written, SliceSink<V> sink) {
    return switch (written.getType()) {
      case STRING, BYTES ->
          (in, out) -> {
            int length = in.readLength();
            sink.accept(out, in.skip(length), length);
          };
      case UNION -> ofUnion(written, branch -> ofString(branch, sink));
      default -> throw unreadable(written, "a string");
    };
  }

  /** Reads an enum as the constant of the same name, or as the fallback when there is none. */
  static <V, E extends Enum<E>> FieldReader<V> ofEnum(
      Schema written, Class<E> type, E fallback, BiConsumer<V, E> sink) {
    if (written.getType() != Schema.Type.ENUM) {
      throw unreadable(written, "an enum");
    }
    List<E> constants = new ArrayList<>();
    for (String symbol : written.getEnumSymbols()) {
      constants.add(
          EnumSet.allOf(type).stream()
              .filter(constant -> constant.name().equals(symbol))
              .findFirst()
              .orElse(fallback));
    }
    @SuppressWarnings("unchecked") // An array cannot be made of a generic type.
    E[] bySymbol = constants.toArray((E[]) Array.newInstance(type, 0));
    return (in, out) -> sink.accept(out, bySymbol[in.readIndex(bySymbol.length)]);
  }

  /**
   * Reads a time in microseconds, or its union with null. The writer's schema may declare
   * milliseconds instead.
   */
  static <V> FieldReader<V> ofMicros(Schema written, LongSink<V> sink) {
    if (written.getType() == Schema.Type.UNION) {
      return ofUnion(written, branch -> ofMicros(branch, sink));
    }
    boolean millis = "timestamp-millis".equals(written.getProp("logicalType"));
    return ofLong(
        written, millis ? (out, value) -> sink.accept(out, saturatedMicros(value)) : sink);
  }

  private static long saturatedMicros(long millis) {
    long limit = Long.MAX_VALUE / 1000;
    return Math.max(-limit, Math.min(limit, millis)) * 1000;
  }

  /** Reads an array of whole numbers. */
  static <V> FieldReader<V> ofNumbers(Schema written, Function<V, LongConsumer> sinkOf) {
    if (written.getType() != Schema.Type.ARRAY
        || (written.getElementType().getType() != Schema.Type.INT
            && written.getElementType().getType() != Schema.Type.LONG)) {
      throw unreadable(written, "an array of whole numbers");
    }
    boolean ints = written.getElementType().getType() == Schema.Type.INT;
    return (in, out) -> {
      LongConsumer sink = sinkOf.apply(out);
      long items = 0;
      for (long count = blockItems(in); count != 0; count = blockItems(in)) {
        items += count;
        refuseTooMany(items);
        for (long i = 0; i < count; i++) {
          sink.accept(ints ? in.readInt() : in.readLong());
        }
      }
    };
  }

  /** Reads the items of an array in turn, or its union with null. */
  static <V> FieldReader<V> ofArray(Schema written, Function<Schema, FieldReader<V>> item) {
    return switch (written.getType()) {
      case ARRAY -> readBlocks(item.apply(written.getElementType()));
      case UNION -> ofUnion(written, branch -> ofArray(branch, item));
      default -> throw unreadable(written, "an array");
    };
  }

  /** Reads the entries of a map in turn, each key before its value, or its union with null. */
  static <V> FieldReader<V> ofMap(
      Schema written, SliceSink<V> key, Function<Schema, FieldReader<V>> value) {
    return switch (written.getType()) {
      case MAP -> {
        FieldReader<V> valueReader = value.apply(written.getValueType());
        yield readBlocks(
            (in, out) -> {
              int length = in.readLength();
              key.accept(out, in.skip(length), length);
              valueReader.read(in, out);
            });
      }
      case UNION -> ofUnion(written, branch -> ofMap(branch, key, value));
      default -> throw unreadable(written, "a map");
    };
  }

  /** Reads the planned fields of a record, or of its union with null, and skips the others. */
  static <V> FieldReader<V> ofRecord(Schema written, FieldPlan<V> plan) {
    return ofRecord(written, plan, new HashMap<>());
  }

  private static <V> FieldReader<V> ofRecord(
      Schema written, FieldPlan<V> plan, Map<Schema, FieldReader<V>> skippers) {
    if (written.getType() == Schema.Type.UNION) {
      return ofUnion(written, branch -> ofRecord(branch, plan, skippers));
    }
    if (written.getType() != Schema.Type.RECORD) {
      throw unreadable(written, "a record");
    }
    List<FieldReader<V>> readers = new ArrayList<>();
    for (Schema.Field field : written.getFields()) {
      FieldReader<V> wanted = plan.readerOf(field.name(), field.schema());
      readers.add(wanted == null ? skipper(field.schema(), skippers, 0) : wanted);
    }
    return sequence(readers);
  }

  private static <V> FieldReader<V> ofUnion(
      Schema union, Function<Schema, FieldReader<V>> branchReader) {
    List<FieldReader<V>> branches = new ArrayList<>();
    for (Schema branch : union.getTypes()) {
      branches.add(
          branch.getType() == Schema.Type.NULL ? (in, out) -> {} : branchReader.apply(branch));
    }
    FieldReader<V>[] array = arrayOf(branches);
    // Most optional fields are null; then no reader is called.
    int nothing = union.getTypes().indexOf(Schema.create(Schema.Type.NULL));
    return (in, out) -> {
      int index = in.readIndex(array.length);
      if (index != nothing) {
        array[index].read(in, out);
      }
    };
  }

  private static <V> FieldReader<V> sequence(List<FieldReader<V>> readers) {
    FieldReader<V>[] array = arrayOf(readers);
    return (in, out) -> {
      for (FieldReader<V> reader : array) {
        reader.read(in, out);
      }
    };
  }

  @SuppressWarnings("unchecked") // An array cannot be made of a generic type.
  private static <V> FieldReader<V>[] arrayOf(List<FieldReader<V>> readers) {
    return (FieldReader<V>[]) readers.toArray(new FieldReader<?>[0]);
  }

  /** Skips a value. */
  static <V> FieldReader<V> ofSkipped(Schema written) {
    return skipper(written, new HashMap<>(), 0);
  }

  /** Skips a value. Each skipper is created once, so that recursive schemas terminate. */
  private static <V> FieldReader<V> skipper(
      Schema written, Map<Schema, FieldReader<V>> made, int depth) {
    return switch (written.getType()) {
      case NULL -> (in, out) -> {};
      case BOOLEAN -> (in, out) -> in.readBoolean();
      case INT -> (in, out) -> in.readInt();
      case LONG -> (in, out) -> in.readLong();
      case ENUM -> {
        int symbols = written.getEnumSymbols().size();
        yield (in, out) -> in.readIndex(symbols);
      }
      case FLOAT -> (in, out) -> in.skip(4);
      case DOUBLE -> (in, out) -> in.skip(8);
      case STRING, BYTES -> (in, out) -> in.skip(in.readLength());
      case FIXED -> {
        int size = written.getFixedSize();
        yield (in, out) -> in.skip(size);
      }
      case ARRAY -> readBlocks(skipper(written.getElementType(), made, depth + 1));
      case MAP -> {
        FieldReader<V> value = skipper(written.getValueType(), made, depth + 1);
        yield readBlocks(
            (in, out) -> {
              in.skip(in.readLength());
              value.read(in, out);
            });
      }
      case UNION -> ofUnion(written, branch -> skipper(branch, made, depth + 1));
      case RECORD -> skipRecord(written, made, depth);
    };
  }

  private static <V> FieldReader<V> skipRecord(
      Schema written, Map<Schema, FieldReader<V>> made, int depth) {
    FieldReader<V> known = made.get(written);
    if (known != null) {
      return known;
    }
    if (depth > MAX_DEPTH) {
      throw unreadable(written, "a record that is not nested as deep");
    }
    // No contract is recursive; reading a recursive one could overflow the stack.
    made.put(written, (in, out) -> refuseRecursion(written));
    FieldReader<V> reader =
        sequence(
            written.getFields().stream()
                .map(field -> skipper(field.schema(), made, depth + 1))
                .toList());
    made.put(written, reader);
    return reader;
  }

  private static void refuseRecursion(Schema written) {
    throw new MalformedRecordException(
        Reason.INCOMPATIBLE_SCHEMA, "record " + written.getFullName() + " contains itself");
  }

  /* Items are read one by one: the size of a block may differ from that of its items. */
  private static <V> FieldReader<V> readBlocks(FieldReader<V> item) {
    return (in, out) -> {
      long items = 0;
      for (long count = blockItems(in); count != 0; count = blockItems(in)) {
        items += count;
        refuseTooMany(items);
        int start = in.position();
        for (long i = 0; i < count; i++) {
          item.read(in, out);
        }
        requireBytes(in.position() - start, count);
      }
    };
  }

  /** Number of items in the next block of an array or a map; 0 at its end. */
  private static long blockItems(AvroCursor in) {
    long count = in.readLong();
    if (count < 0) {
      in.readLength(); // Size of the block in bytes.
      return -count;
    }
    return count;
  }

  private static void refuseTooMany(long items) {
    if (items > MAX_ITEMS || items < 0) {
      throw new MalformedRecordException(
          Reason.TOO_MANY_ITEMS, "a collection has more than " + MAX_ITEMS + " items");
    }
  }

  /** Items without bytes would allow a small record to be read for a very long time. */
  private static void requireBytes(int bytes, long items) {
    if (bytes < items) {
      throw new MalformedRecordException(
          Reason.INCOMPATIBLE_SCHEMA, "a collection has items without bytes");
    }
  }

  private static MalformedRecordException unreadable(Schema written, String expected) {
    return new MalformedRecordException(
        Reason.INCOMPATIBLE_SCHEMA, "expected " + expected + ", not " + written.getType());
  }
}
