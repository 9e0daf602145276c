package io.tracetide.processor.window;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Series as keys of state stores: tenant, service, metric and operation in UTF-8, then name and
 * value of each attribute in the order of the names, each ended by a zero byte but the last. In
 * this order the series of a tenant, and within it those of a service, are neighbours; a prefix
 * that ends in the zero byte cannot run into another tenant or service.
 */
public final class SeriesCodec {

  private static final byte[] LATENCY = SeriesId.LATENCY.getBytes(UTF_8);

  /** Metric and operation of the merge of a service's operations. */
  private static final byte[] ALL_WORK =
      (SeriesId.LATENCY + '\0' + SeriesId.ALL_OPERATIONS).getBytes(UTF_8);

  private SeriesCodec() {}

  /** Zero characters in names are replaced, so that no name can pretend to be two. */
  public static byte[] encode(SeriesId series) {
    StringBuilder key =
        new StringBuilder()
            .append(clean(series.tenant()))
            .append('\0')
            .append(clean(series.service()))
            .append('\0')
            .append(clean(series.metric()))
            .append('\0')
            .append(clean(series.operation()));
    if (!series.attributes().isEmpty()) {
      new TreeMap<>(series.attributes())
          .forEach(
              (name, value) ->
                  key.append('\0').append(clean(name)).append('\0').append(clean(value)));
    }
    return key.toString().getBytes(UTF_8);
  }

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException when the bytes are not a key
   */
  public static SeriesId decode(byte[] key) {
    int first = end(key, 0);
    int second = end(key, first + 1);
    int third = end(key, second + 1);
    int fourth = endOrLength(key, third + 1);
    return new SeriesId(
        new String(key, 0, first, UTF_8),
        new String(key, first + 1, second - first - 1, UTF_8),
        new String(key, third + 1, fourth - third - 1, UTF_8),
        new String(key, second + 1, third - second - 1, UTF_8),
        attributes(key, fourth));
  }

  private static Map<String, String> attributes(byte[] key, int from) {
    if (from == key.length) {
      return Map.of();
    }
    Map<String, String> attributes = new TreeMap<>();
    int at = from;
    while (at < key.length) {
      int nameEnd = end(key, at + 1);
      int valueEnd = endOrLength(key, nameEnd + 1);
      attributes.put(
          new String(key, at + 1, nameEnd - at - 1, UTF_8),
          new String(key, nameEnd + 1, valueEnd - nameEnd - 1, UTF_8));
      at = valueEnd;
    }
    return attributes;
  }

  /** Where the operation of a key ends: where its attributes begin, or the key ends. */
  public static int operationEnd(byte[] key) {
    int operation = end(key, servicePrefixLength(key)) + 1;
    return endOrLength(key, operation);
  }

  private static int endOrLength(byte[] key, int from) {
    int at = from;
    while (at < key.length && key[at] != 0) {
      at++;
    }
    return at;
  }

  /** Whether a key is of finished work: its metric is {@link SeriesId#LATENCY}. */
  public static boolean isLatency(byte[] key) {
    int from = servicePrefixLength(key);
    return key.length > from + LATENCY.length
        && key[from + LATENCY.length] == 0
        && Arrays.equals(key, from, from + LATENCY.length, LATENCY, 0, LATENCY.length);
  }

  /**
   * What follows the key of a metric as a whole in that of its part with the attribute {@link
   * SeriesId#OTHER}, which holds the parts that have no name of their own.
   */
  public static byte[] otherPart() {
    return ('\0' + SeriesId.OTHER + '\0' + SeriesId.OTHER).getBytes(UTF_8);
  }

  /** What all keys of a tenant's service begin with. */
  public static byte[] servicePrefix(String tenant, String service) {
    return (clean(tenant) + '\0' + clean(service) + '\0').getBytes(UTF_8);
  }

  /** The first key, in the order of bytes, that no longer begins with the prefix. */
  public static byte[] endOfPrefix(byte[] prefix) {
    byte[] end = prefix.clone();
    end[end.length - 1]++; // A prefix ends in a zero byte, so this cannot overflow.
    return end;
  }

  /** How many bytes of a key are tenant and service, the zero bytes after them included. */
  public static int servicePrefixLength(byte[] key) {
    return end(key, end(key, 0) + 1) + 1;
  }

  /** The key of the merge of a service's operations, given the key of any of its series. */
  public static byte[] ofService(byte[] key, int prefix) {
    byte[] merged = Arrays.copyOf(key, prefix + ALL_WORK.length);
    System.arraycopy(ALL_WORK, 0, merged, prefix, ALL_WORK.length);
    return merged;
  }

  /** Hash of tenant and service, by which series are spread over partitions. */
  public static int serviceHash(byte[] key) {
    return serviceHash(key, 0);
  }

  /** The same of a key that begins within an array. */
  static int serviceHash(byte[] bytes, int start) {
    int hash = 0x811c9dc5;
    boolean tenant = true;
    for (int i = start; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        if (!tenant) {
          return hash ^ (hash >>> 15);
        }
        tenant = false;
      }
      hash = (hash ^ bytes[i]) * 0x01000193;
    }
    throw new IllegalArgumentException("not a series key: " + Arrays.toString(bytes));
  }

  /** Where the name that begins at an index ends: at the next zero byte. */
  public static int end(byte[] key, int from) {
    for (int i = from; i < key.length; i++) {
      if (key[i] == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException("not a series key: " + Arrays.toString(key));
  }

  private static String clean(String name) {
    return name.indexOf('\0') < 0 ? name : name.replace('\0', '\uFFFD');
  }
}
