package io.tracetide.processor.query.live.view;

import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** Decoded series by their keys: a series that changes often is decoded once. For one thread. */
public final class DecodedSeries {
  private static final int MOST = 50_000;

  private final Map<ByteBuffer, SeriesId> known = new HashMap<>();

  /** The series of a key, which must not be changed any more. */
  SeriesId of(byte[] key) {
    if (known.size() >= MOST) {
      known.clear();
    }
    return known.computeIfAbsent(ByteBuffer.wrap(key), bytes -> SeriesCodec.decode(key));
  }
}
