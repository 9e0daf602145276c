package io.tracetide.gateway.ingest;

import io.tracetide.gateway.intake.InFlight;
import io.tracetide.gateway.intake.RefusedRequestException;
import io.tracetide.gateway.intake.RequestRefusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * Inflates a gzip body, all members of it into one total, and stops as soon as that exceeds its
 * limit. What the body claims about its own size is not believed: room is taken as bytes come out.
 */
final class Inflation {

  private static final int FIRST_BYTES = 16 * 1_024;

  private final int limit;

  Inflation(int limitBytes) {
    this.limit = limitBytes;
  }

  Body inflate(Message compressed, InFlight.Share room) {
    ByteArrayInputStream wire =
        new ByteArrayInputStream(compressed.bytes(), compressed.from(), compressed.length());
    try (InputStream in = new GZIPInputStream(wire, FIRST_BYTES)) {
      return readAll(in, room);
    } catch (IOException e) {
      throw RefusedRequestException.malformed("the body is not gzip, or is cut off");
    }
  }

  private Body readAll(InputStream in, InFlight.Share room) throws IOException {
    byte[] bytes = new byte[Math.min(FIRST_BYTES, limit)];
    room.claim(bytes.length);
    int length = 0;
    while (true) {
      int read = in.read(bytes, length, bytes.length - length);
      if (read < 0) {
        return new Body(bytes, length);
      }
      length += read;
      if (length == bytes.length) {
        if (length == limit) {
          requireEnd(in);
          return new Body(bytes, length);
        }
        int grown = (int) Math.min(limit, 2L * length);
        room.claim(grown - length);
        bytes = Arrays.copyOf(bytes, grown);
      }
    }
  }

  private void requireEnd(InputStream in) throws IOException {
    if (in.read() >= 0) {
      throw new RefusedRequestException(
          RequestRefusal.TOO_LARGE, "the body inflates to more than " + limit + " bytes");
    }
  }

  /** The first {@code length} bytes of an array. */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
  record Body(byte[] bytes, int length) {}
}
