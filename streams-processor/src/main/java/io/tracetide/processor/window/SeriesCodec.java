package io.tracetide.processor.window;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Encodes series as keys of state stores: tenant, service, metric and operation in UTF-8, then name
 * and value of each attribute in the order of the names, separated by zero bytes. So the series of
 * a tenant, and within it those of a service, are adjacent; a prefix that ends with the zero byte
 * matches only one tenant or service.
 */
public final class SeriesCodec {

  private static final byte[] LATENCY = SeriesId.LATENCY.getBytes(UTF_8);

  /** Metric and operation of the merge of a service's operations. */
  private static final byte[] ALL_SPANS =
      (SeriesId.LATENCY + '\0' + SeriesId.ALL_OPERATIONS).getBytes(UTF_8);

  private SeriesCodec() {}

  /** Encodes a series. Zero characters in names are replaced, because zero is the separator. */
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

  /** End of the operation in a key: the start of its attributes, or the end of the key. */
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

  /** Whether a key is of finished spans: its metric is {@link SeriesId#LATENCY}. */
  public static boolean isLatency(byte[] key) {
    return isLatency(key, servicePrefixLength(key), key.length);
  }

  /** The same, given where metric and operation are. */
  static boolean isLatency(byte[] bytes, int from, int to) {
    return to > from + LATENCY.length
        && bytes[from + LATENCY.length] == 0
        && Arrays.equals(bytes, from, from + LATENCY.length, LATENCY, 0, LATENCY.length);
  }

  /**
   * Suffix that follows the key of a metric as a whole in the key of its part {@link
   * SeriesId#OTHER}, which contains the parts beyond the limit.
   */
  public static byte[] otherPart() {
    return ('\0' + SeriesId.OTHER + '\0' + SeriesId.OTHER).getBytes(UTF_8);
  }

  /** Common prefix of all keys of a tenant's service. */
  public static byte[] servicePrefix(String tenant, String service) {
    return (clean(tenant) + '\0' + clean(service) + '\0').getBytes(UTF_8);
  }

  /** Upper bound, exclusive, of the keys that begin with the prefix. */
  public static byte[] endOfPrefix(byte[] prefix) {
    byte[] end = prefix.clone();
    end[end.length - 1]++; // A prefix ends in a zero byte, so this cannot overflow.
    return end;
  }

  /** Number of bytes of tenant and service in a key, including the zero bytes after them. */
  public static int servicePrefixLength(byte[] key) {
    return end(key, end(key, 0) + 1) + 1;
  }

  /** The key of the merge of a service's operations, given the key of any of its series. */
  public static byte[] ofService(byte[] key, int prefix) {
    byte[] merged = Arrays.copyOf(key, prefix + ALL_SPANS.length);
    System.arraycopy(ALL_SPANS, 0, merged, prefix, ALL_SPANS.length);
    return merged;
  }

  /** Hash of tenant and service, which selects the partition of a series. */
  public static int serviceHash(byte[] key) {
    return serviceHash(key, 0);
  }

  /** Hash of tenant and service of a key within an array. */
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

  /** End of the name that begins at an index: the next zero byte. */
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
