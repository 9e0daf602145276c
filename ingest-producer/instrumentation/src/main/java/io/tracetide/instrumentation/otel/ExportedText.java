package io.tracetide.instrumentation.otel;

import io.tracetide.schemas.mapping.SafeText;
import io.tracetide.schemas.mapping.SpanText;

/**
 * Cuts texts of a span to the default limits of the gateway, so that both produce the same event.
 * Personal data is not masked here.
 */
enum ExportedText implements SpanText {
  EXPORTED;

  /** Attributes of a span, and separately of its resource. */
  static final int TAGS = 64;

  static final int EVENTS = 128;
  static final int EVENT_ATTRIBUTES = 32;
  static final int STACK_BYTES = 16_384;

  private static final int KEY_BYTES = 128;
  private static final int VALUE_BYTES = 4_096;
  private static final int NAME_BYTES = 256;

  @Override
  public String name(String raw) {
    return safe(raw, NAME_BYTES, false);
  }

  String key(String raw) {
    return safe(raw, KEY_BYTES, false);
  }

  @Override
  public String value(String raw) {
    return safe(raw, VALUE_BYTES, true);
  }

  @Override
  public String stack(String raw) {
    return safe(raw, STACK_BYTES, true);
  }

  private static String safe(String raw, int maxBytes, boolean lines) {
    return raw.length() <= maxBytes && SafeText.isPlain(raw)
        ? raw
        : SafeText.of(raw, maxBytes, lines).text();
  }
}
