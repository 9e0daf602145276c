package io.tracetide.processor.window;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Encodes the series of one service in one window as one value of a state store. A store of rows
 * has about a hundredth of the entries of a store of series, and queries, roll-ups and revisions
 * read all series of a service together.
 *
 * <p>Format 2: format (1 byte), whether another part follows (1); then for each series the length
 * of metric and operation as in its key (varint), those bytes, the length of the counts (varint),
 * and the counts as {@link WindowStatsCodec#encode} writes them.
 */
public final class WindowRow {

  private static final byte FORMAT = 2;

  /** Rows are split into parts at this size, well below the maximum of a Kafka record. */
  private static final int MOST_BYTES = 128 * 1024;

  private WindowRow() {}

  /** Receives the series of a row. */
  @FunctionalInterface
  public interface Visitor {

    /**
     * One series.
     *
     * @param row contains metric and operation, and the counts
     */
    void visit(byte[] row, int nameStart, int nameLength, int countsStart, int countsLength);
  }

  /** Writes the parts of a row. */
  public static final class Writer {
    private final ByteWriter out = new ByteWriter();
    private final ByteWriter counts = new ByteWriter();
    private int series;

    /**
     * Adds a series.
     *
     * @param key the series' key, whose first {@code prefix} bytes are tenant and service
     */
    public void add(byte[] key, int prefix, WindowStats stats, int revision) {
      if (series++ == 0) {
        out.clear();
        out.put(FORMAT);
        out.put(0);
      }
      out.putVarint(key.length - prefix);
      out.put(key, prefix, key.length - prefix);
      counts.clear();
      WindowStatsCodec.encode(stats, revision, counts);
      out.putVarint(counts.length());
      out.put(counts.array(), 0, counts.length());
    }

    public boolean isEmpty() {
      return series == 0;
    }

    /** Whether the next series must be added to another part. */
    public boolean isFull() {
      return series > 0 && out.length() > MOST_BYTES;
    }

    /** Returns the part and starts an empty one. */
    public byte[] finish(boolean moreFollows) {
      series = 0;
      byte[] row = out.toByteArray();
      row[1] = (byte) (moreFollows ? 1 : 0);
      return row;
    }
  }

  /** Whether the service has another part in this window. */
  public static boolean moreFollows(byte[] row) {
    return row[1] != 0;
  }

  /** Whether a series of a row is of finished spans, given its metric and operation. */
  public static boolean isLatency(byte[] row, int nameStart, int nameLength) {
    return SeriesCodec.isLatency(row, nameStart, nameStart + nameLength);
  }

  /** Whether a part of this size is full. */
  public static boolean isFull(int bytes) {
    return bytes > MOST_BYTES;
  }

  /**
   * Reads a row.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static void read(byte[] row, Visitor visitor) {
    if (row.length < 2 || row[0] != FORMAT) {
      throw new IllegalArgumentException("not a row of windows of format " + FORMAT);
    }
    ByteBuffer in = ByteBuffer.wrap(row).position(2);
    try {
      while (in.hasRemaining()) {
        int nameLength = Varint.readLength(in);
        int nameStart = in.position();
        in.position(nameStart + nameLength);
        int countsLength = Varint.readLength(in);
        int countsStart = in.position();
        in.position(countsStart + countsLength);
        visitor.visit(row, nameStart, nameLength, countsStart, countsLength);
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the row is cut short", e);
    }
  }
}
