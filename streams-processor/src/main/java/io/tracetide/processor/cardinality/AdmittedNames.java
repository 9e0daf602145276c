package io.tracetide.processor.cardinality;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.window.Series;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Entries of admitted names in the tables of {@link SeriesLimits}, and the layout of their keys.
 */
final class AdmittedNames {

  static final byte[] LATENCY = SeriesId.LATENCY.getBytes(UTF_8);
  static final byte[] OTHER = SeriesId.OTHER.getBytes(UTF_8);
  static final byte[] ZERO = {0};
  static final byte[] OTHER_PART = SeriesCodec.otherPart();

  private AdmittedNames() {}

  static final class Tenant extends KeyTable.Entry {
    int services;
    @Nullable Service other;

    Tenant(byte[] key) {
      super(key);
    }
  }

  static final class Service extends KeyTable.Entry {
    final Tenant tenant;
    final byte[] otherOperations;
    int operations;
    int metrics;
    int names;

    Service(byte[] key, Tenant tenant) {
      super(key);
      this.tenant = tenant;
      otherOperations = join(key, LATENCY, ZERO, OTHER);
    }

    boolean isOther() {
      return tenant.other == this;
    }
  }

  static final class Name extends Series {
    final Service service;
    final Kind kind;
    long seenMs;

    Name(byte[] key, int number, Service service, Kind kind, long seenMs) {
      super(key, number);
      this.service = service;
      this.kind = kind;
      this.seenMs = seenMs;
    }
  }

  /** Number of known parts of a metric, without the part {@code OTHER}; keyed by the metric. */
  static final class Parts extends KeyTable.Entry {
    int count;

    Parts(byte[] metric) {
      super(metric);
    }
  }

  enum Kind {
    OPERATION,
    OTHER_OPERATIONS,
    METRIC,
    PART,
    OTHER_PARTS
  }

  static Kind kind(byte[] bytes, int metric, int end) {
    int metricEnd = zero(bytes, metric, end);
    if (!Arrays.equals(bytes, metric, metricEnd, LATENCY, 0, LATENCY.length)) {
      int operationEnd = zeroOrEnd(bytes, metricEnd + 1, end);
      if (operationEnd == end) {
        return Kind.METRIC;
      }
      return Arrays.equals(bytes, operationEnd, end, OTHER_PART, 0, OTHER_PART.length)
          ? Kind.OTHER_PARTS
          : Kind.PART;
    }
    return isOther(bytes, metricEnd + 1, end) ? Kind.OTHER_OPERATIONS : Kind.OPERATION;
  }

  static boolean isOther(byte[] bytes, int from, int to) {
    return Arrays.equals(bytes, from, to, OTHER, 0, OTHER.length);
  }

  static int zeroOrEnd(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end && bytes[at] != 0) {
      at++;
    }
    return at;
  }

  static int zero(byte[] bytes, int from, int end) {
    for (int i = from; i < end; i++) {
      if (bytes[i] == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException("not a series key: " + Arrays.toString(bytes));
  }

  static byte[] join(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] joined = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }
}
