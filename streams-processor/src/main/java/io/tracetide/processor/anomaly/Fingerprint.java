package io.tracetide.processor.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * Identifies the subject of an episode, the same at every recurrence and on every machine: the
 * first 16 bytes of the SHA-256 of its parts, in hex. The history of alerts is keyed by it, so the
 * parts and their order never change.
 */
public final class Fingerprint {

  private static final int BYTES = 16;

  private Fingerprint() {}

  /**
   * Fingerprint of a finding.
   *
   * @param rule name of the rule or of the metric; empty when there is none
   */
  public static String of(SeriesId series, Detector detector, AnomalyKind kind, String rule) {
    String parts =
        Stream.of(
                series.tenant(),
                series.service(),
                series.operation(),
                detector.name(),
                kind.name(),
                rule)
            .map(part -> part.length() + ":" + part)
            .reduce("", String::concat);
    return HexFormat.of().formatHex(Arrays.copyOf(sha256(parts.getBytes(UTF_8)), BYTES));
  }

  /** Id of one episode of a fingerprint. */
  public static String anomalyId(String fingerprint, long openedAtMs) {
    return fingerprint + "-" + openedAtMs;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
