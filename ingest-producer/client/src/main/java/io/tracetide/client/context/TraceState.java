package io.tracetide.client.context;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The W3C header {@code tracestate}. Only the sampling fields of OpenTelemetry's member {@code ot}
 * are parsed; the rest is propagated unchanged (OpenTelemetry specification, "TraceState:
 * Probability Sampling").
 *
 * @param threshold {@code th}: traces with at least this randomness are sampled; or {@link #NONE}
 * @param randomness {@code rv}: instead of the last 56 bits of the trace id; or {@link #NONE}
 * @param otherKeys other fields of the member {@code ot}
 * @param otherMembers the other members
 */
public record TraceState(
    long threshold, long randomness, List<String> otherKeys, List<String> otherMembers) {

  public static final long NONE = -1;
  public static final TraceState EMPTY = new TraceState(NONE, NONE, List.of(), List.of());

  private static final int DIGITS = 14;
  private static final int LONGEST = 4_096;
  private static final int MOST_MEMBERS = 32;
  private static final String OT = "ot=";
  private static final String THRESHOLD = "th:";
  private static final String RANDOMNESS = "rv:";

  public TraceState {
    otherKeys = List.copyOf(otherKeys);
    otherMembers = List.copyOf(otherMembers);
  }

  /** Empty when the header is missing, too long or invalid. */
  public static TraceState parse(@Nullable String header) {
    if (header == null || header.length() > LONGEST || !isPrintable(header)) {
      return EMPTY;
    }
    List<String> others = new ArrayList<>();
    String ot = "";
    for (String part : header.split(",", -1)) {
      String member = part.strip();
      if (member.startsWith(OT)) {
        ot = member.substring(OT.length());
      } else if (!member.isEmpty()) {
        others.add(member);
      }
    }
    return others.size() >= MOST_MEMBERS ? EMPTY : of(ot, others);
  }

  private static TraceState of(String ot, List<String> otherMembers) {
    long threshold = NONE;
    long randomness = NONE;
    List<String> otherKeys = new ArrayList<>();
    for (String part : ot.split(";", -1)) {
      String key = part.strip();
      if (key.startsWith(THRESHOLD)) {
        threshold = threshold(key.substring(THRESHOLD.length()));
      } else if (key.startsWith(RANDOMNESS)) {
        randomness = digits(key.substring(RANDOMNESS.length()), DIGITS);
      } else if (!key.isEmpty()) {
        otherKeys.add(key);
      }
    }
    return new TraceState(threshold, randomness, otherKeys, otherMembers);
  }

  /** With another threshold; {@link #NONE} when not sampled. */
  public TraceState with(long newThreshold) {
    return newThreshold == threshold
        ? this
        : new TraceState(newThreshold, randomness, otherKeys, otherMembers);
  }

  /** The header; may be empty. */
  public String header() {
    StringJoiner ot = new StringJoiner(";");
    if (threshold != NONE) {
      ot.add(THRESHOLD + text(threshold));
    }
    if (randomness != NONE) {
      ot.add(RANDOMNESS + padded(randomness));
    }
    otherKeys.forEach(ot::add);
    StringJoiner members = new StringJoiner(",");
    if (ot.length() > 0) {
      members.add(OT + ot);
    }
    otherMembers.forEach(members::add);
    return members.toString();
  }

  /** Up to 14 hex digits; trailing zeros may be omitted. */
  private static long threshold(String text) {
    int given = text.length();
    long value = given >= 1 && given <= DIGITS ? digits(text, given) : NONE;
    return value == NONE ? NONE : value << (4 * (DIGITS - given));
  }

  private static long digits(String text, int expected) {
    if (text.length() != expected) {
      return NONE;
    }
    long value = 0;
    for (int i = 0; i < expected; i++) {
      char c = text.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return NONE;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private static String text(long value) {
    String digits = padded(value);
    int end = DIGITS;
    while (end > 1 && digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, end);
  }

  private static String padded(long value) {
    String digits = Long.toHexString(value);
    return "0".repeat(DIGITS - digits.length()) + digits;
  }

  private static boolean isPrintable(String header) {
    return header.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= '~'));
  }
}
