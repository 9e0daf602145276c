package io.tracetide.processor.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.processor.ledger.trace.TraceFindingCodec;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The saved state of an open anomaly of traces, without the traces in breach.
 *
 * @param open the episode as of the latest record about it
 * @param worst trace with the largest excess; empty when no breach has a limit
 * @param worstValue its excess
 * @param newest traces that broke the rule, newest first
 * @param latest the breach in the latest record
 */
public record BreachEpisode(
    Episode.Open open,
    String worst,
    double worstValue,
    List<Offender> newest,
    TraceFinding latest) {

  private static final byte FORMAT = 1;

  /** A trace that broke the rule, and the time of that. */
  public record Offender(String traceId, long atMs) {}

  public BreachEpisode {
    newest = List.copyOf(newest);
  }

  public byte[] encode() {
    ByteWriter out = new ByteWriter();
    out.put(FORMAT);
    write(EpisodeCodec.encode(open), out);
    write(worst.getBytes(UTF_8), out);
    out.putDouble(worstValue);
    out.putVarint(newest.size());
    for (Offender each : newest) {
      write(each.traceId().getBytes(UTF_8), out);
      out.putLong(each.atMs());
    }
    write(TraceFindingCodec.encode(latest), out);
    return out.toByteArray();
  }

  private static void write(byte[] bytes, ByteWriter out) {
    out.putVarint(bytes.length);
    out.put(bytes);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static BreachEpisode decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      if (in.get() != FORMAT) {
        throw new IllegalArgumentException("unknown format of an episode of breaches");
      }
      if (!(EpisodeCodec.decode(bytes(in)) instanceof Episode.Open open)) {
        throw new IllegalArgumentException("an episode of breaches that is not open");
      }
      String worst = new String(bytes(in), UTF_8);
      double worstValue = in.getDouble();
      List<Offender> newest = new ArrayList<>();
      for (long left = Varint.read(in); left > 0; left--) {
        newest.add(new Offender(new String(bytes(in), UTF_8), in.getLong()));
      }
      TraceFinding latest = TraceFindingCodec.decode(bytes(in));
      return new BreachEpisode(open, worst, worstValue, newest, latest);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("an episode of breaches cut short", e);
    }
  }

  private static byte[] bytes(ByteBuffer in) {
    long length = Varint.read(in);
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
  }
}
