package io.tracetide.processor.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Episodes as values of a state store. A quiet one has no value: its key is deleted.
 *
 * <p>Format 1 had neither marks nor snapshots. It is read as an episode of which no window can be
 * judged again and whose peak is not known.
 */
public final class EpisodeCodec {

  private static final byte FIRST_FORMAT = 1;
  private static final byte FORMAT = 2;
  private static final byte PENDING = 1;
  private static final byte OPEN = 2;

  private EpisodeCodec() {}

  public static byte[] encode(Episode.Pending pending) {
    ByteWriter out = begin(PENDING);
    write(pending.marks(), out);
    out.putLong(pending.sinceMs());
    write(pending.kind().name(), out);
    write(pending.height(), out);
    return out.toByteArray();
  }

  public static byte[] encode(Episode.Open open) {
    ByteWriter out = begin(OPEN);
    write(open.kind().name(), out);
    out.putLong(open.openedAtMs());
    write(open.height(), out);
    out.putInt(open.revision());
    out.putInt(open.quiet());
    out.putInt(open.unreported());
    write(open.marks(), out);
    return out.toByteArray();
  }

  private static ByteWriter begin(byte state) {
    ByteWriter out = new ByteWriter();
    out.put(FORMAT);
    out.put(state);
    return out;
  }

  private static void write(WindowMarks marks, ByteWriter out) {
    out.putLong(marks.beyond());
    out.putLong(marks.doubtful());
    out.putLong(marks.endMs());
  }

  private static void write(Episode.Height height, ByteWriter out) {
    write(height.severity().name(), out);
    out.putDouble(height.confidence());
    out.putDouble(height.excess());
    out.putDouble(height.value());
    Snapshot peak = height.peak();
    out.put(peak.isKnown() ? 1 : 0);
    if (peak.isKnown()) {
      out.putLong(peak.startMs());
      out.putLong(peak.endMs());
      write(peak.observed(), out);
      write(peak.expected(), out);
      write(peak.contributions(), out);
      writeOptional(peak.exemplars().getSlowest(), out);
      writeOptional(peak.exemplars().getError(), out);
      writeOptional(peak.exemplars().getTypical(), out);
    }
  }

  private static void write(Map<String, Double> figures, ByteWriter out) {
    out.putVarint(figures.size());
    new TreeMap<>(figures)
        .forEach(
            (feature, value) -> {
              write(feature, out);
              out.putDouble(value);
            });
  }

  private static void writeOptional(@Nullable String text, ByteWriter out) {
    out.put(text == null ? 0 : 1);
    if (text != null) {
      write(text, out);
    }
  }

  private static void write(String text, ByteWriter out) {
    byte[] bytes = text.getBytes(UTF_8);
    out.putVarint(bytes.length);
    out.put(bytes);
  }

  /**
   * Reads what {@code encode} wrote.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static Episode decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      byte format = in.get();
      byte state = in.get();
      if (format == FORMAT && state == PENDING) {
        WindowMarks marks = marks(in);
        long sinceMs = in.getLong();
        AnomalyKind kind = AnomalyKind.valueOf(text(in));
        return new Episode.Pending(marks, sinceMs, kind, height(in));
      }
      if (format == FORMAT && state == OPEN) {
        AnomalyKind kind = AnomalyKind.valueOf(text(in));
        long openedAtMs = in.getLong();
        Episode.Height height = height(in);
        return new Episode.Open(
            kind, openedAtMs, height, in.getInt(), in.getInt(), in.getInt(), marks(in));
      }
      if (format == FIRST_FORMAT && state == PENDING) {
        WindowMarks marks = new WindowMarks(in.getInt(), 0, WindowMarks.UNKNOWN);
        return new Episode.Pending(
            marks, Episode.Pending.NEVER, AnomalyKind.UNKNOWN, Episode.Height.NONE);
      }
      if (format == FIRST_FORMAT && state == OPEN) {
        return openOfFirstFormat(in);
      }
      throw new IllegalArgumentException("unknown episode: format " + format + ", state " + state);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("an episode cut short at " + bytes.length + " bytes", e);
    }
  }

  private static WindowMarks marks(ByteBuffer in) {
    return new WindowMarks(in.getLong(), in.getLong(), in.getLong());
  }

  private static Episode.Height height(ByteBuffer in) {
    Severity severity = Severity.valueOf(text(in));
    double confidence = in.getDouble();
    double excess = in.getDouble();
    double value = in.getDouble();
    Snapshot peak = in.get() == 0 ? Snapshot.NONE : snapshot(in);
    return new Episode.Height(severity, confidence, excess, value, peak);
  }

  private static Snapshot snapshot(ByteBuffer in) {
    return new Snapshot(
        in.getLong(),
        in.getLong(),
        figures(in),
        figures(in),
        figures(in),
        new Exemplars(optional(in), optional(in), optional(in)));
  }

  private static Map<String, Double> figures(ByteBuffer in) {
    Map<String, Double> figures = new HashMap<>();
    for (long left = Varint.read(in); left > 0; left--) {
      figures.put(text(in), in.getDouble());
    }
    return figures;
  }

  private static @Nullable String optional(ByteBuffer in) {
    return in.get() == 0 ? null : text(in);
  }

  private static String text(ByteBuffer in) {
    long length = Varint.read(in);
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] text = new byte[(int) length];
    in.get(text);
    return new String(text, UTF_8);
  }

  /** Lengths were one byte. */
  private static Episode.Open openOfFirstFormat(ByteBuffer in) {
    AnomalyKind kind = AnomalyKind.valueOf(text(in));
    Severity severity = Severity.valueOf(text(in));
    long openedAtMs = in.getLong();
    Episode.Height height =
        new Episode.Height(severity, in.getDouble(), in.getDouble(), in.getDouble(), Snapshot.NONE);
    return new Episode.Open(
        kind,
        openedAtMs,
        height,
        in.getInt(),
        in.getInt(),
        in.getInt(),
        new WindowMarks(0, 0, WindowMarks.UNKNOWN));
  }
}
