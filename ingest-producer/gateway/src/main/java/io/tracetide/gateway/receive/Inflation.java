package io.tracetide.gateway.receive;

import io.tracetide.gateway.record.InFlight;
import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.RefusedRequestException;
import io.tracetide.gateway.record.RequestRefusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Inflates a gzip body of one or more members and refuses one that exceeds the limit.
 *
 * <p>If the size in the body's trailer is plausible, an array of that size is allocated. Otherwise
 * the body is inflated twice, first to count its bytes: a decompression bomb costs time but no
 * memory.
 */
final class Inflation {

  private static final int BUFFER_BYTES = 16 * 1_024;

  /** Largest compression ratio of deflate. */
  private static final long MAX_RATIO = 1_032;

  private final int limit;

  Inflation(int limitBytes) {
    this.limit = limitBytes;
  }

  Payload inflate(Message compressed, InFlight.Share room) {
    try {
      int declared = declaredSize(compressed.payload());
      Payload body = declared > 0 ? into(declared, compressed.payload(), room) : null;
      if (body != null) {
        return body;
      }
      int size = count(compressed.payload());
      Payload counted = into(size, compressed.payload(), room);
      if (counted == null) {
        throw new IllegalStateException("a body inflates to the same size each time");
      }
      return counted;
    } catch (IOException e) {
      throw RefusedRequestException.malformed("the body is not gzip, or is cut off");
    }
  }

  private static InputStream open(Payload compressed) throws IOException {
    return new GZIPInputStream(
        new ByteArrayInputStream(compressed.bytes(), compressed.from(), compressed.length()),
        BUFFER_BYTES);
  }

  /** The size in the last four bytes if it is plausible; else 0. */
  private int declaredSize(Payload compressed) {
    int end = compressed.from() + compressed.length();
    if (compressed.length() < Integer.BYTES) {
      return 0;
    }
    long size = 0;
    for (int i = 1; i <= Integer.BYTES; i++) {
      size = size << Byte.SIZE | (compressed.bytes()[end - i] & 0xFF);
    }
    return size <= limit && size <= MAX_RATIO * compressed.length() ? (int) size : 0;
  }

  /** The body in an array of the given size; null when it is larger. */
  private static @Nullable Payload into(int size, Payload compressed, InFlight.Share room)
      throws IOException {
    room.claim(size);
    byte[] bytes = new byte[size];
    try (InputStream in = open(compressed)) {
      int length = in.readNBytes(bytes, 0, size);
      if (length < size || in.read() < 0) {
        return new Payload(bytes, 0, length);
      }
    }
    room.release(size);
    return null;
  }

  private int count(Payload compressed) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    int total = 0;
    try (InputStream in = open(compressed)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        total += read;
        if (total > limit) {
          throw new RefusedRequestException(
              RequestRefusal.TOO_LARGE, "the body inflates to more than " + limit + " bytes");
        }
      }
    }
    return total;
  }
}
