package io.tracetide.gateway.receive;

import io.tracetide.gateway.record.InFlight;
import io.tracetide.gateway.record.RefusedRequestException;
import io.tracetide.gateway.record.RequestRefusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Inflates a gzip body, all members of it into one total, and refuses what exceeds its limit.
 *
 * <p>What the body says of its own size is where it is inflated to, if that is within the limit and
 * within what so few bytes can become. Whatever else it says, it is inflated into nothing first, to
 * count: a bomb costs time, but no memory.
 */
final class Inflation {

  private static final int BUFFER_BYTES = 16 * 1_024;

  /** Deflate makes at most so many bytes of one. */
  private static final long MOST_OF_ONE = 1_032;

  private final int limit;

  Inflation(int limitBytes) {
    this.limit = limitBytes;
  }

  Body inflate(Message compressed, InFlight.Share room) {
    try {
      int said = saidSize(compressed);
      Body body = said > 0 ? into(said, compressed, room) : null;
      if (body != null) {
        return body;
      }
      int size = count(compressed);
      Body counted = into(size, compressed, room);
      if (counted == null) {
        throw new IllegalStateException("bytes inflate to the same size each time");
      }
      return counted;
    } catch (IOException e) {
      throw RefusedRequestException.malformed("the body is not gzip, or is cut off");
    }
  }

  private static InputStream open(Message compressed) throws IOException {
    return new GZIPInputStream(
        new ByteArrayInputStream(compressed.bytes(), compressed.from(), compressed.length()),
        BUFFER_BYTES);
  }

  /** What the last four bytes say, if it may be so; else 0. */
  private int saidSize(Message compressed) {
    int end = compressed.from() + compressed.length();
    if (compressed.length() < Integer.BYTES) {
      return 0;
    }
    long size = 0;
    for (int i = 1; i <= Integer.BYTES; i++) {
      size = size << Byte.SIZE | (compressed.bytes()[end - i] & 0xFF);
    }
    return size <= limit && size <= MOST_OF_ONE * compressed.length() ? (int) size : 0;
  }

  /** The body in an array of that size; null when it is larger. */
  private static @Nullable Body into(int size, Message compressed, InFlight.Share room)
      throws IOException {
    room.claim(size);
    byte[] bytes = new byte[size];
    try (InputStream in = open(compressed)) {
      int length = in.readNBytes(bytes, 0, size);
      if (length < size || in.read() < 0) {
        return new Body(bytes, length);
      }
    }
    room.release(size);
    return null;
  }

  private int count(Message compressed) throws IOException {
    byte[] nowhere = new byte[BUFFER_BYTES];
    int total = 0;
    try (InputStream in = open(compressed)) {
      for (int read = in.read(nowhere); read >= 0; read = in.read(nowhere)) {
        total += read;
        if (total > limit) {
          throw new RefusedRequestException(
              RequestRefusal.TOO_LARGE, "the body inflates to more than " + limit + " bytes");
        }
      }
    }
    return total;
  }

  /** The first {@code length} bytes of an array. */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
  record Body(byte[] bytes, int length) {}
}
