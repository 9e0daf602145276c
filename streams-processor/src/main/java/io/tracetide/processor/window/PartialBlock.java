package io.tracetide.processor.window;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.bytes.Varint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * A block of partial counts of many series that one task counted since its last commit. One record
 * contains thousands of counts, so that a count does not cost a record.
 *
 * <p>Format 3: format (1 byte), input (4), newest event time of the input (8); then for each count
 * the length of the series' key (varint), the key, the start of the base window as a difference to
 * the previous one (zigzag, from 0), the length of the counts (varint), and the counts as {@link
 * WindowStatsCodec} writes them.
 */
public final class PartialBlock {

  private static final byte FORMAT = 3;

  private PartialBlock() {}

  /** Receives the counts of a block. */
  @FunctionalInterface
  public interface Visitor {

    /**
     * One count.
     *
     * @param bytes contain the series' key and the counts
     * @param countsStart start of the counts, for {@link #addTo}
     */
    void visit(byte[] bytes, int keyStart, int keyLength, long windowStartMs, int countsStart);

    /**
     * Called for several counts in a row before they are visited, so that a visitor can prefetch
     * what it will look up, see {@link KeyTable#fetch}.
     */
    default void ahead(byte[] bytes, int keyStart, int keyLength) {}
  }

  /** Adds counts within a block to others. */
  public static void addTo(WindowStats stats, byte[] block, int countsStart) {
    try {
      WindowStatsCodec.addTo(
          stats, ByteBuffer.wrap(block, countsStart, block.length - countsStart));
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("the partial counts are cut short", e);
    }
  }

  /** Writes one block after another. */
  public static final class Writer {
    private final ByteWriter out = new ByteWriter();
    private final ByteWriter one = new ByteWriter();
    private int counts;
    private long formerStartMs;

    /** Adds the counts of one series of a base window. */
    public void add(long windowStartMs, PartialCounts window, int index) {
      if (counts == 0) {
        out.clear();
        out.put(FORMAT);
        out.putInt(0);
        out.putLong(0);
        formerStartMs = 0;
      }
      counts++;
      out.putVarint(window.keyLengthAt(index));
      out.put(window.keys(), window.keyStartAt(index), window.keyLengthAt(index));
      out.putZigzag(windowStartMs - formerStartMs);
      formerStartMs = windowStartMs;
      one.clear();
      window.writeCounts(index, one);
      out.putVarint(one.length());
      out.put(one.array(), 0, one.length());
    }

    /** Adds the counts of every series. */
    public void addAll(PartialTable partials) {
      partials.forEach(
          (windowStartMs, window) -> {
            for (int i = 0; i < window.size(); i++) {
              add(windowStartMs, window, i);
            }
          });
    }

    public boolean isEmpty() {
      return counts == 0;
    }

    /** Number of bytes written. */
    public int length() {
      return counts == 0 ? 0 : out.length();
    }

    /**
     * Returns the block and starts an empty one.
     *
     * @param input number of the input that was counted
     * @param inputEventMs newest event time of the input, milliseconds since the epoch
     */
    public byte[] finish(int input, long inputEventMs) {
      counts = 0;
      byte[] block = out.toByteArray();
      ByteBuffer.wrap(block, 1, Integer.BYTES + Long.BYTES).putInt(input).putLong(inputEventMs);
      return block;
    }
  }

  /** Number of the input that was counted. */
  public static int input(byte[] block) {
    return header(block).getInt();
  }

  /** Newest event time of the input, milliseconds since the epoch. */
  public static long inputEventMs(byte[] block) {
    return header(block).getLong(1 + Integer.BYTES);
  }

  private static ByteBuffer header(byte[] block) {
    if (block.length < 1 + Integer.BYTES + Long.BYTES || block[0] != FORMAT) {
      throw new IllegalArgumentException("not a block of partial counts of format " + FORMAT);
    }
    return ByteBuffer.wrap(block).position(1);
  }

  /**
   * Reads a block.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static void read(byte[] block, Visitor visitor) {
    ByteBuffer in = header(block);
    in.position(1 + Integer.BYTES + Long.BYTES);
    int[] keyStarts = new int[KeyTable.FETCHED_TOGETHER];
    int[] keyLengths = new int[KeyTable.FETCHED_TOGETHER];
    long[] windowStartsMs = new long[KeyTable.FETCHED_TOGETHER];
    int[] countsStarts = new int[KeyTable.FETCHED_TOGETHER];
    long windowStartMs = 0;
    try {
      while (in.hasRemaining()) {
        int read = 0;
        for (; read < KeyTable.FETCHED_TOGETHER && in.hasRemaining(); read++) {
          keyLengths[read] = Varint.readLength(in);
          keyStarts[read] = in.position();
          in.position(keyStarts[read] + keyLengths[read]);
          windowStartMs += Varint.unzigzag(Varint.read(in));
          windowStartsMs[read] = windowStartMs;
          int countsLength = Varint.readLength(in);
          countsStarts[read] = in.position();
          in.position(countsStarts[read] + countsLength);
          visitor.ahead(block, keyStarts[read], keyLengths[read]);
        }
        for (int i = 0; i < read; i++) {
          visitor.visit(block, keyStarts[i], keyLengths[i], windowStartsMs[i], countsStarts[i]);
        }
      }
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("the partial counts are cut short", e);
    }
  }
}
