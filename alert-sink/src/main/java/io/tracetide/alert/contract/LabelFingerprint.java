package io.tracetide.alert.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.TreeMap;

/**
 * Fingerprint of a set of labels, the same as Prometheus and Alertmanager compute: FNV-1a of 64
 * bits over the labels by name, each name and value followed by the byte 255; 16 hex digits.
 */
public final class LabelFingerprint {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  public static String of(Map<String, String> labels) {
    long hash = OFFSET;
    // UTF-8 has the order of code points; label names are ASCII almost always.
    for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
      hash = add(hash, label.getKey());
      hash = add(hash, label.getValue());
    }
    return String.format("%016x", hash);
  }

  private static long add(long hash, String text) {
    long sum = hash;
    for (byte b : text.getBytes(UTF_8)) {
      sum = (sum ^ (b & 0xff)) * PRIME;
    }
    return (sum ^ 0xff) * PRIME;
  }

  private LabelFingerprint() {}
}
