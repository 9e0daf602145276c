package io.tracetide.processor.detection;

import java.nio.ByteBuffer;

/**
 * One window of one series. The whole state of the detector is a function of the rows of the last
 * {@link DetectionConfig#memory()} windows and of the episodes. So only these are stored, and a
 * restart continues exactly where the process ended, without models on disk and without reading
 * input twice.
 *
 * @param age windows of the series up to this one, at most {@link #OLDEST}; 1 for its first, which
 *     may be incomplete
 * @param silent whether there were no spans
 * @param inEpisode whether an episode was open after this window
 * @param logP95 natural logarithm of the 95th percentile in microseconds, repeated in windows
 *     without spans; NaN before the first duration
 * @param logCount log1p of the weighted count
 * @param errorRate share of failed spans, 0 to 1
 * @param baseErrorRate the usual error rate after this window
 */
public record FeatureRow(
    int age,
    boolean silent,
    boolean inEpisode,
    float logP95,
    float logCount,
    float errorRate,
    float baseErrorRate) {

  /** The greatest age; older series keep it. */
  public static final int OLDEST = Short.MAX_VALUE;

  private static final byte FORMAT = 1;
  private static final int BYTES = 2 + Short.BYTES + 4 * Float.BYTES;
  private static final int SILENT = 1;
  private static final int IN_EPISODE = 2;

  boolean isFirst() {
    return age == 1;
  }

  FeatureRow inEpisode(boolean now) {
    return new FeatureRow(age, silent, now, logP95, logCount, errorRate, baseErrorRate);
  }

  /** The row as a value of a state store: 20 bytes. */
  public byte[] encode() {
    int flags = (silent ? SILENT : 0) | (inEpisode ? IN_EPISODE : 0);
    return ByteBuffer.allocate(BYTES)
        .put(FORMAT)
        .put((byte) flags)
        .putShort((short) age)
        .putFloat(logP95)
        .putFloat(logCount)
        .putFloat(errorRate)
        .putFloat(baseErrorRate)
        .array();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static FeatureRow decode(byte[] bytes) {
    if (bytes.length != BYTES || bytes[0] != FORMAT) {
      throw new IllegalArgumentException("not a row of features: " + bytes.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 1, BYTES - 1);
    int flags = in.get();
    return new FeatureRow(
        in.getShort(),
        (flags & SILENT) != 0,
        (flags & IN_EPISODE) != 0,
        in.getFloat(),
        in.getFloat(),
        in.getFloat(),
        in.getFloat());
  }
}
