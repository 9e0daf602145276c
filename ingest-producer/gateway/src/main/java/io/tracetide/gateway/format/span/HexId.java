package io.tracetide.gateway.format.span;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** Trace and span ids as lower-case hex; the empty string stands for every invalid one. */
public final class HexId {

  public static final int TRACE_BYTES = 16;
  public static final int SPAN_BYTES = 8;

  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private HexId() {}

  public static String of(byte[] bytes, int from, int size) {
    byte[] hex = new byte[2 * size];
    int any = 0;
    for (int i = 0; i < size; i++) {
      int b = bytes[from + i] & 0xFF;
      any |= b;
      hex[2 * i] = DIGITS[b >>> 4];
      hex[2 * i + 1] = DIGITS[b & 0xF];
    }
    return any == 0 ? "" : new String(hex, StandardCharsets.ISO_8859_1);
  }

  /**
   * Normalises an id of JSON: hex as in OTLP, or base64 as in Protobuf's generic mapping,
   * distinguished by their lengths.
   */
  public static String ofJson(String text, int size) {
    if (text.length() == 2 * size) {
      return padded(text, size);
    }
    int encoded = (size + 2) / 3 * 4;
    int unpadded = (4 * size + 2) / 3;
    return text.length() == encoded || text.length() == unpadded ? ofBase64(text, size) : "";
  }

  private static String ofBase64(String text, int size) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
      return bytes.length == size ? of(bytes, 0, size) : "";
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** Normalises hex with or without leading zeros, such as Zipkin's trace ids of 64 bits. */
  public static String padded(String text, int size) {
    int length = text.length();
    if (length > 2 * size) {
      return "";
    }
    boolean lower = length == 2 * size;
    boolean any = false;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (!isDigit(c)) {
        return "";
      }
      any |= c != '0';
      lower &= c <= '9' || c >= 'a';
    }
    if (!any) {
      return "";
    }
    return lower ? text : "0".repeat(2 * size - length) + text.toLowerCase(Locale.ROOT);
  }

  private static boolean isDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
