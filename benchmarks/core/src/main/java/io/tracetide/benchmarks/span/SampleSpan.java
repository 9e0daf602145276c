package io.tracetide.benchmarks.span;

import java.util.List;

/**
 * A finished span of an HTTP service, in no encoding.
 *
 * @param traceHigh first half of the trace id
 * @param traceLow second half of it
 * @param spanId never 0
 * @param parentId 0 for a root
 */
public record SampleSpan(
    long traceHigh,
    long traceLow,
    long spanId,
    long parentId,
    String service,
    String operation,
    Kind kind,
    long startMicros,
    long durationMicros,
    boolean failed,
    List<Tag> tags) {

  /** Side of a call. */
  public enum Kind {
    INTERNAL(1),
    SERVER(2),
    CLIENT(3);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    /** Number in OTLP. */
    int number() {
      return number;
    }
  }

  /** An attribute; text in all encodings, so that all carry the same. */
  public record Tag(String key, String value) {}

  public SampleSpan {
    tags = List.copyOf(tags);
  }

  String traceId() {
    return hex(traceHigh) + hex(traceLow);
  }

  static String hex(long id) {
    String digits = Long.toHexString(id);
    return "0".repeat(16 - digits.length()) + digits;
  }
}
