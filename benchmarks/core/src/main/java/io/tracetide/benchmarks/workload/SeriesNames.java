package io.tracetide.benchmarks.workload;

import java.util.OptionalInt;

/**
 * Names of the series' services and operations. Their letters are not hexadecimal digits, so that
 * templating of operation names mistakes none of them for an id.
 */
public final class SeriesNames {

  /** Largest number of distinct services. */
  public static final int MAX_SERVICES = 8_000;

  private static final String LETTERS = "ghijklmnopqrstuvwxyz";
  private static final String SERVICE_PREFIX = "shop-";
  private static final String OPERATION_PREFIX = "GET /cart/";
  private static final int SERVICE_LETTERS = 3;
  private static final int OPERATION_LETTERS = 2;

  /** Name of the service that only advances event time; not a series of the workload. */
  public static final String TICK_SERVICE = "tick";

  private final int operationsPerService;
  private final String[] services;
  private final String[] operations;

  public SeriesNames(Workload workload) {
    operationsPerService = workload.operationsPerService();
    services = names(SERVICE_PREFIX, workload.services(), SERVICE_LETTERS);
    operations = names(OPERATION_PREFIX, operationsPerService, OPERATION_LETTERS);
  }

  private static String[] names(String prefix, int count, int letters) {
    String[] names = new String[count];
    for (int i = 0; i < count; i++) {
      char[] suffix = new char[letters];
      int rest = i;
      for (int at = letters - 1; at >= 0; at--) {
        suffix[at] = LETTERS.charAt(rest % LETTERS.length());
        rest /= LETTERS.length();
      }
      names[i] = prefix + new String(suffix);
    }
    return names;
  }

  public String service(int series) {
    return services[series / operationsPerService];
  }

  public String operation(int series) {
    return operations[series % operationsPerService];
  }

  /** The series of that name; none when the workload has no such one. */
  public OptionalInt series(String service, String operation) {
    int s = index(service, SERVICE_PREFIX, SERVICE_LETTERS);
    int o = index(operation, OPERATION_PREFIX, OPERATION_LETTERS);
    boolean known = s >= 0 && s < services.length && o >= 0 && o < operations.length;
    return known ? OptionalInt.of(s * operationsPerService + o) : OptionalInt.empty();
  }

  private static int index(String name, String prefix, int letters) {
    if (!name.startsWith(prefix) || name.length() != prefix.length() + letters) {
      return -1;
    }
    int index = 0;
    for (int at = prefix.length(); at < name.length(); at++) {
      int letter = LETTERS.indexOf(name.charAt(at));
      if (letter < 0) {
        return -1;
      }
      index = index * LETTERS.length() + letter;
    }
    return index;
  }
}
