package io.tracetide.processor.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Severity;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** Episodes as values of a state store. A quiet one has no value: its key is deleted. */
public final class EpisodeCodec {

  private static final byte FORMAT = 1;
  private static final byte PENDING = 1;
  private static final byte OPEN = 2;

  private EpisodeCodec() {}

  public static byte[] encode(Episode.Pending pending) {
    return ByteBuffer.allocate(6).put(FORMAT).put(PENDING).putInt(pending.recent()).array();
  }

  public static byte[] encode(Episode.Open open) {
    byte[] kind = open.kind().name().getBytes(UTF_8);
    byte[] severity = open.severity().name().getBytes(UTF_8);
    return ByteBuffer.allocate(48 + kind.length + severity.length)
        .put(FORMAT)
        .put(OPEN)
        .put((byte) kind.length)
        .put(kind)
        .put((byte) severity.length)
        .put(severity)
        .putLong(open.openedAtMs())
        .putDouble(open.height().confidence())
        .putDouble(open.height().excess())
        .putDouble(open.height().value())
        .putInt(open.revision())
        .putInt(open.quiet())
        .putInt(open.unreported())
        .array();
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
        return new Episode.Pending(in.getInt());
      }
      if (format == FORMAT && state == OPEN) {
        return open(in);
      }
      throw new IllegalArgumentException("unknown episode: format " + format + ", state " + state);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("an episode cut short at " + bytes.length + " bytes", e);
    }
  }

  private static Episode.Open open(ByteBuffer in) {
    AnomalyKind kind = AnomalyKind.valueOf(name(in));
    Severity severity = Severity.valueOf(name(in));
    long openedAtMs = in.getLong();
    Episode.Height height =
        new Episode.Height(severity, in.getDouble(), in.getDouble(), in.getDouble());
    return new Episode.Open(kind, openedAtMs, height, in.getInt(), in.getInt(), in.getInt());
  }

  private static String name(ByteBuffer in) {
    byte[] name = new byte[in.get()];
    in.get(name);
    return new String(name, UTF_8);
  }
}
