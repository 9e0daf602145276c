package io.tracetide.processor.window;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * What one task counted, of many series, since its last commit. One record carries thousands of
 * counts, so that a count costs its bytes and no record of its own.
 *
 * <p>Format 2: format (1 byte), input (4), newest event time of the input (8); then for each count
 * the length of the series' key (varint), the key, the start of the base window as a difference to
 * the one before (zigzag, from 0), and the counts as {@link WindowStatsCodec} writes them.
 */
public final class PartialBlock {

  private static final byte FORMAT = 2;

  private PartialBlock() {}

  /** Receives the counts of a block, which stay in its bytes until {@code counts} is asked. */
  @FunctionalInterface
  public interface Visitor {

    /**
     * One count.
     *
     * @param bytes holds the series' key
     * @param start where it begins
     */
    void visit(byte[] bytes, int start, int length, long windowStartMs, Counts counts);
  }

  /** Counts that have not been read yet. */
  public static final class Counts {
    private final ByteBuffer in;
    private boolean taken;

    Counts(ByteBuffer in) {
      this.in = in;
    }

    /** Adds the counts to others; at most once. */
    public void addTo(WindowStats stats) {
      if (taken) {
        throw new IllegalStateException("these counts were already added");
      }
      taken = true;
      WindowStatsCodec.addTo(stats, in);
    }
  }

  /** Writes one block after another. */
  public static final class Writer {
    private final ByteWriter out = new ByteWriter();
    private int counts;
    private long formerStartMs;

    /** Adds the counts of a series in a base window. */
    public void add(byte[] series, long windowStartMs, WindowStats stats) {
      if (counts == 0) {
        out.clear();
        out.put(FORMAT);
        out.putInt(0);
        out.putLong(0);
        formerStartMs = 0;
      }
      counts++;
      out.putVarint(series.length);
      out.put(series);
      out.putZigzag(windowStartMs - formerStartMs);
      formerStartMs = windowStartMs;
      WindowStatsCodec.write(stats, out);
    }

    public boolean isEmpty() {
      return counts == 0;
    }

    /** Bytes so far. */
    public int length() {
      return counts == 0 ? 0 : out.length();
    }

    /**
     * The block; the next one starts empty.
     *
     * @param input names the input that was counted
     * @param inputEventMs newest event time that the input has reached
     */
    public byte[] finish(int input, long inputEventMs) {
      counts = 0;
      byte[] block = out.toByteArray();
      ByteBuffer.wrap(block, 1, Integer.BYTES + Long.BYTES).putInt(input).putLong(inputEventMs);
      return block;
    }
  }

  /** Names the input that was counted. */
  public static int input(byte[] block) {
    return header(block).getInt();
  }

  /** Newest event time that the input has reached. */
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
   * Reads a block. Counts that the visitor does not ask for are passed over.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static void read(byte[] block, Visitor visitor) {
    ByteBuffer in = header(block);
    in.position(1 + Integer.BYTES + Long.BYTES);
    Counts counts = new Counts(in);
    WindowStats unwanted = new WindowStats();
    long startMs = 0;
    try {
      while (in.hasRemaining()) {
        int length = (int) Varint.read(in);
        int start = in.position();
        if (length < 0 || length > in.remaining()) {
          throw new BufferUnderflowException();
        }
        in.position(start + length);
        startMs += Varint.unzigzag(Varint.read(in));
        counts.taken = false;
        visitor.visit(block, start, length, startMs, counts);
        if (!counts.taken) {
          counts.addTo(unwanted);
          unwanted.clear();
        }
      }
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("the partial counts are cut short", e);
    }
  }
}
