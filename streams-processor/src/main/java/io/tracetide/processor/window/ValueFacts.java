package io.tracetide.processor.window;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Properties of the values of a metric beside their sketch: the unit, the kind, the number of
 * values that are not in the sketch because only number and sum were reported, and the reported
 * smallest and largest value. Merging is associative and commutative.
 */
final class ValueFacts {

  /*
   * Of values that were reported by number and sum, the smallest may be known, or only a bound of
   * it, or nothing: a running total reports the smallest since its start, which is a bound for the
   * values since the previous sample. The smallest of all values is the smallest known one, if that
   * is not above any bound of the unknown ones; otherwise it is unknown.
   */

  /** Longer units are dropped; OpenTelemetry allows 63 characters. */
  static final int LONGEST_UNIT = 255;

  /** Flags of the encoded form. */
  private static final int UNIT = 1;

  private static final int MIXED = 1 << 1;
  private static final int UNPLACED = 1 << 2;
  private static final int KNOWN = 1 << 3;
  private static final int UNKNOWN = 1 << 4;

  /** From here on one bit for each {@link ValueKind}; builds before them ignore these bits. */
  private static final int FIRST_KIND = 5;

  private static final int KINDS = 0b111;

  private static final byte[] NONE = {};

  private byte[] unit = NONE;

  /** A bit for each kind of the values. */
  private int kinds;

  private boolean mixed;
  private double unplaced;
  private double least = Double.POSITIVE_INFINITY;
  private double greatest = Double.NEGATIVE_INFINITY;
  private double unknownLeast = Double.POSITIVE_INFINITY;
  private double unknownGreatest = Double.NEGATIVE_INFINITY;

  /** Sets the unit of the added values. With two different units there is none. */
  void unit(byte[] from, int start, int length) {
    if (mixed
        || length == 0
        || length > LONGEST_UNIT
        || Arrays.equals(unit, 0, unit.length, from, start, start + length)) {
      return;
    }
    if (unit.length == 0) {
      unit = Arrays.copyOfRange(from, start, start + length);
    } else {
      unit = NONE;
      mixed = true;
    }
  }

  /** The unit; empty when there is none, or more than one. */
  String unit() {
    return new String(unit, UTF_8);
  }

  byte[] unitBytes() {
    return unit;
  }

  boolean isMixed() {
    return mixed;
  }

  void kind(ValueKind kind) {
    kinds |= kind.bit();
  }

  /** The kind of the values; null when it is not known, or there are several. */
  @Nullable ValueKind kind() {
    for (ValueKind kind : ValueKind.values()) {
      if (kinds == kind.bit()) {
        return kind;
      }
    }
    return null;
  }

  void addUnplaced(double weight) {
    unplaced += weight;
  }

  double unplaced() {
    return unplaced;
  }

  void knownLeast(double value) {
    least = Math.min(least, value);
  }

  void knownGreatest(double value) {
    greatest = Math.max(greatest, value);
  }

  void unknownFrom(double bound) {
    unknownLeast = Math.min(unknownLeast, bound);
  }

  void unknownUpTo(double bound) {
    unknownGreatest = Math.max(unknownGreatest, bound);
  }

  /** The smallest of all values, given that of the sketch; NaN when it is not known. */
  double min(double ofSketch) {
    double known = Double.isNaN(ofSketch) ? least : Math.min(least, ofSketch);
    return known <= unknownLeast && known != Double.POSITIVE_INFINITY ? known : Double.NaN;
  }

  /** The largest of all values, given that of the sketch; NaN when it is not known. */
  double max(double ofSketch) {
    double known = Double.isNaN(ofSketch) ? greatest : Math.max(greatest, ofSketch);
    return known >= unknownGreatest && known != Double.NEGATIVE_INFINITY ? known : Double.NaN;
  }

  void merge(ValueFacts other) {
    if (other.mixed) {
      unit = NONE;
      mixed = true;
    } else {
      unit(other.unit, 0, other.unit.length);
    }
    kinds |= other.kinds;
    unplaced += other.unplaced;
    least = Math.min(least, other.least);
    greatest = Math.max(greatest, other.greatest);
    unknownLeast = Math.min(unknownLeast, other.unknownLeast);
    unknownGreatest = Math.max(unknownGreatest, other.unknownGreatest);
  }

  void write(ByteWriter out) {
    boolean known = least != Double.POSITIVE_INFINITY || greatest != Double.NEGATIVE_INFINITY;
    boolean unknown =
        unknownLeast != Double.POSITIVE_INFINITY || unknownGreatest != Double.NEGATIVE_INFINITY;
    out.put(
        (unit.length > 0 ? UNIT : 0)
            | (mixed ? MIXED : 0)
            | (unplaced > 0 ? UNPLACED : 0)
            | (known ? KNOWN : 0)
            | (unknown ? UNKNOWN : 0)
            | kinds << FIRST_KIND);
    if (unit.length > 0) {
      out.putVarint(unit.length);
      out.put(unit);
    }
    if (unplaced > 0) {
      out.putNumber(unplaced);
    }
    if (known) {
      out.putNumber(least);
      out.putNumber(greatest);
    }
    if (unknown) {
      out.putNumber(unknownLeast);
      out.putNumber(unknownGreatest);
    }
  }

  /** Reads what {@link #write} wrote. */
  static ValueFacts read(ByteBuffer in) {
    ValueFacts facts = new ValueFacts();
    int flags = in.get();
    facts.mixed = (flags & MIXED) != 0;
    facts.kinds = flags >>> FIRST_KIND & KINDS;
    if ((flags & UNIT) != 0) {
      facts.unit = new byte[Varint.readLength(in)];
      in.get(facts.unit);
    }
    if ((flags & UNPLACED) != 0) {
      facts.unplaced = Varint.readNumber(in);
    }
    if ((flags & KNOWN) != 0) {
      facts.least = Varint.readNumber(in);
      facts.greatest = Varint.readNumber(in);
    }
    if ((flags & UNKNOWN) != 0) {
      facts.unknownLeast = Varint.readNumber(in);
      facts.unknownGreatest = Varint.readNumber(in);
    }
    return facts;
  }
}
