package io.tracetide.processor.event;

import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ObjDoubleConsumer;
import org.apache.avro.Schema;

/**
 * Moves a cursor past one value and keeps what is wanted of it. Readers are made from the schema
 * that the value was written with, so each version of a contract gets its own.
 */
@FunctionalInterface
interface FieldReader {

  /** Collections with more items than this are refused; see {@code DecodeLimits}. */
  int MAX_ITEMS = 100_000;

  /** Records within records beyond this depth are refused: they would overflow the stack. */
  int MAX_DEPTH = 64;

  void read(AvroCursor in, TraceView out);

  /** Receives a whole number. */
  @FunctionalInterface
  interface LongSink {
    void accept(TraceView out, long value);
  }

  /** Receives where a string lies. */
  @FunctionalInterface
  interface SliceSink {
    void accept(TraceView out, int start, int length);
  }

  /** Reads an int or a long, or their union with null. */
  static FieldReader ofLong(Schema written, LongSink sink) {
    return switch (written.getType()) {
      case INT, LONG -> (in, out) -> sink.accept(out, in.readLong());
      case UNION -> ofUnion(written, branch -> ofLong(branch, sink));
      default -> throw unreadable(written, "a whole number");
    };
  }

  /** Reads any number as a double, or its union with null. */
  static FieldReader ofDouble(Schema written, ObjDoubleConsumer<TraceView> sink) {
    return switch (written.getType()) {
      case INT, LONG -> (in, out) -> sink.accept(out, (double) in.readLong());
      case FLOAT -> (in, out) -> sink.accept(out, in.readFloat());
      case DOUBLE -> (in, out) -> sink.accept(out, in.readDouble());
      case UNION -> ofUnion(written, branch -> ofDouble(branch, sink));
      default -> throw unreadable(written, "a number");
    };
  }

  /** Reads a string, or its union with null. */
  static FieldReader ofString(Schema written, SliceSink sink) {
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

  /** Reads an enum as our constant of the same name, or as the fallback when we have none. */
  static <E extends Enum<E>> FieldReader ofEnum(
      Schema written, Class<E> type, E fallback, BiConsumer<TraceView, E> sink) {
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
    return (in, out) -> sink.accept(out, constants.get(in.readIndex(constants.size())));
  }

  /** Reads the named fields of a record, or of its union with null, and passes over the others. */
  static FieldReader ofRecord(Schema written, FieldPlan plan) {
    return ofRecord(written, plan, new HashMap<>());
  }

  private static FieldReader ofRecord(
      Schema written, FieldPlan plan, Map<Schema, FieldReader> skippers) {
    if (written.getType() == Schema.Type.UNION) {
      return ofUnion(written, branch -> ofRecord(branch, plan, skippers));
    }
    if (written.getType() != Schema.Type.RECORD) {
      throw unreadable(written, "a record");
    }
    List<FieldReader> readers = new ArrayList<>();
    for (Schema.Field field : written.getFields()) {
      FieldReader wanted = plan.readerOf(field.name(), field.schema());
      readers.add(wanted == null ? skipper(field.schema(), skippers, 0) : wanted);
    }
    return sequence(readers);
  }

  private static FieldReader ofUnion(Schema union, Function<Schema, FieldReader> branchReader) {
    List<FieldReader> branches = new ArrayList<>();
    for (Schema branch : union.getTypes()) {
      branches.add(
          branch.getType() == Schema.Type.NULL ? (in, out) -> {} : branchReader.apply(branch));
    }
    return choice(branches);
  }

  private static FieldReader choice(List<FieldReader> branches) {
    FieldReader[] array = branches.toArray(FieldReader[]::new);
    return (in, out) -> array[in.readIndex(array.length)].read(in, out);
  }

  private static FieldReader sequence(List<FieldReader> readers) {
    FieldReader[] array = readers.toArray(FieldReader[]::new);
    return (in, out) -> {
      for (FieldReader reader : array) {
        reader.read(in, out);
      }
    };
  }

  /** Passes over a value. Each skipper is made once, so that recursive schemas come to an end. */
  private static FieldReader skipper(Schema written, Map<Schema, FieldReader> made, int depth) {
    return switch (written.getType()) {
      case NULL -> (in, out) -> {};
      case BOOLEAN -> (in, out) -> in.skip(1);
      case INT, LONG, ENUM -> (in, out) -> in.readLong();
      case FLOAT -> (in, out) -> in.skip(4);
      case DOUBLE -> (in, out) -> in.skip(8);
      case STRING, BYTES -> (in, out) -> in.skip(in.readLength());
      case FIXED -> {
        int size = written.getFixedSize();
        yield (in, out) -> in.skip(size);
      }
      case ARRAY -> skipBlocks(skipper(written.getElementType(), made, depth + 1));
      case MAP -> {
        FieldReader value = skipper(written.getValueType(), made, depth + 1);
        yield skipBlocks(
            (in, out) -> {
              in.skip(in.readLength());
              value.read(in, out);
            });
      }
      case UNION ->
          choice(
              written.getTypes().stream().map(branch -> skipper(branch, made, depth + 1)).toList());
      case RECORD -> skipRecord(written, made, depth);
    };
  }

  private static FieldReader skipRecord(Schema written, Map<Schema, FieldReader> made, int depth) {
    FieldReader known = made.get(written);
    if (known != null) {
      return known;
    }
    if (depth > MAX_DEPTH) {
      throw unreadable(written, "a record that is not nested as deep");
    }
    // No contract contains itself, and following one that does could overflow the stack.
    made.put(written, (in, out) -> refuseRecursion(written));
    FieldReader reader =
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

  /* A block with a negative count says how many bytes it has, so it need not be looked into. */
  private static FieldReader skipBlocks(FieldReader item) {
    return (in, out) -> {
      long items = 0;
      for (long count = in.readLong(); count != 0; count = in.readLong()) {
        if (count < 0) {
          in.skip(in.readLong());
          continue;
        }
        items += count;
        if (items > MAX_ITEMS || items < 0) {
          throw new MalformedRecordException(
              Reason.TOO_MANY_ITEMS, "a collection has more than " + MAX_ITEMS + " items");
        }
        for (long i = 0; i < count; i++) {
          item.read(in, out);
        }
      }
    };
  }

  private static MalformedRecordException unreadable(Schema written, String expected) {
    return new MalformedRecordException(
        Reason.INCOMPATIBLE_SCHEMA, "expected " + expected + ", not " + written.getType());
  }
}
