package io.tracetide.processor.event;

import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import java.util.Arrays;

/** The fields of a batch that have a value for each event. Reused for the next batch. */
final class BatchColumns {

  final Numbers templates = new Numbers();
  final Numbers traces = new Numbers();
  final Numbers services = new Numbers();
  final Numbers operations = new Numbers();
  final Numbers timestamps = new Numbers();
  final Numbers durations = new Numbers();
  final Numbers tagSets = new Numbers();
  final Ids spanIds = new Ids();
  final Ids parentSpanIds = new Ids();

  void clear() {
    templates.clear();
    traces.clear();
    services.clear();
    operations.clear();
    timestamps.clear();
    durations.clear();
    tagSets.clear();
    spanIds.set(0, 0);
    parentSpanIds.set(0, 0);
  }

  /** Whole numbers, read in order. */
  static final class Numbers {
    private long[] values = new long[64];
    private int count;
    private int next;

    void clear() {
      count = 0;
      next = 0;
    }

    void add(long value) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = value;
    }

    int count() {
      return count;
    }

    boolean hasNext() {
      return next < count;
    }

    long next() {
      if (next == count) {
        throw new MalformedRecordException(
            Reason.BAD_DATA, "a field of the batch has fewer values than there are events");
      }
      return values[next++];
    }

    /** An item of a table. */
    int at(long item) {
      if (item < 0 || item >= count) {
        throw new MalformedRecordException(
            Reason.BAD_DATA, "an index of the batch is " + item + ", of " + count + " items");
      }
      return (int) values[(int) item];
    }
  }

  /** Ids of 8 bytes, read in order. */
  static final class Ids {
    static final int BYTES = 8;
    private int position;
    private int end;

    void set(int start, int length) {
      position = start;
      end = start + length;
    }

    /** Position of the next id in the bytes of the batch. */
    int next() {
      if (end - position < BYTES) {
        throw new MalformedRecordException(
            Reason.BAD_DATA, "the batch has fewer span ids than its templates need");
      }
      int start = position;
      position += BYTES;
      return start;
    }
  }
}
