package io.tracetide.processor.cardinality;

import static io.tracetide.processor.cardinality.AdmittedNames.OTHER;
import static io.tracetide.processor.cardinality.AdmittedNames.OTHER_PART;
import static io.tracetide.processor.cardinality.AdmittedNames.ZERO;
import static io.tracetide.processor.cardinality.AdmittedNames.isOther;
import static io.tracetide.processor.cardinality.AdmittedNames.join;
import static io.tracetide.processor.cardinality.AdmittedNames.kind;
import static io.tracetide.processor.cardinality.AdmittedNames.zero;

import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.cardinality.AdmittedNames.Kind;
import io.tracetide.processor.cardinality.AdmittedNames.Name;
import io.tracetide.processor.cardinality.AdmittedNames.Parts;
import io.tracetide.processor.cardinality.AdmittedNames.Service;
import io.tracetide.processor.cardinality.AdmittedNames.Tenant;
import io.tracetide.processor.window.Series;
import io.tracetide.processor.window.SeriesId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Limits the series of one partition that are counted under their own name.
 *
 * <p>Series are admitted in the order in which they arrive. An operation beyond the limit of its
 * service is counted as operation {@link SeriesId#OTHER} of that service; a service beyond the
 * limit of its tenant as operation {@code OTHER} of service {@code OTHER}, so the totals of a
 * service and of a tenant do not change. A metric beyond the limit is dropped, because values of
 * different metrics cannot be merged; metrics of a service beyond the limit are merged by their own
 * name. A part of a metric (distinguished by attributes) beyond the limit of its metric is counted
 * as its part {@code OTHER}; parts of a dropped metric are dropped. {@code OTHER} counts towards
 * the limits.
 *
 * <p>A name that has not been seen for {@code forgetAfterMs} is removed. Time is that of the newest
 * window so far, so late spans neither age nor revive names, and a replay behaves like live
 * traffic. Every change is written to the journal, and restoring it gives the same set of names.
 */
public final class SeriesLimits {

  /*
   * Admitting a known series is one look-up by the bytes of its key, without allocation. An
   * operation beyond the limit takes two or three more, without allocation. Memory: about 150 bytes
   * and the key for each admitted series. Every hour of event time all of them are scanned, to
   * remove expired ones.
   */

  /** Precision of the saved time at which a name was last seen; it is written this often. */
  static final long SEEN_EVERY_MS = Duration.ofHours(1).toMillis();

  /**
   * Limits of one partition.
   *
   * @param services maximum of services of a tenant
   * @param operations maximum of operations of a service
   * @param metrics maximum of metrics of a service
   * @param parts maximum of parts of a metric
   * @param forgetAfterMs event time without spans after which a name is removed, milliseconds
   */
  public record Limits(int services, int operations, int metrics, int parts, long forgetAfterMs) {

    public Limits {
      if (services < 2 || operations < 2 || metrics < 1 || parts < 1 || forgetAfterMs < 0) {
        throw new IllegalArgumentException(
            "limits too small (services, operations, metrics): %d, %d, %d"
                .formatted(services, operations, metrics));
      }
    }

    /**
     * The share of each partition in limits for all partitions together. Services are distributed
     * by their hash, so a tenant close to its limit may reach that of one partition a little
     * earlier.
     */
    public static Limits ofPartition(
        int partitions,
        int services,
        int operations,
        int metrics,
        int parts,
        Duration forgetAfter) {
      return new Limits(
          Math.max(2, (services + partitions - 1) / partitions),
          operations,
          metrics,
          parts,
          forgetAfter.toMillis());
    }
  }

  /** Receives the changes to save, and the overflows. */
  public interface Journal {

    /** The series is admitted, and was seen at that time; called again as that time advances. */
    void admitted(byte[] key, long seenMs);

    /** The series was removed. */
    void forgotten(byte[] key);

    /** A series exceeds a limit; its counts are merged into another one or dropped. */
    void overflowed(OverflowReason reason);
  }

  private final Limits limits;
  private final Journal journal;
  private final KeyTable<Name> names = new KeyTable<>();
  private final KeyTable<Service> services = new KeyTable<>();
  private final KeyTable<Tenant> tenants = new KeyTable<>();
  private final KeyTable<Parts> parts = new KeyTable<>();
  private int numbers;
  private long keepSinceMs = Long.MAX_VALUE;
  private long nowMs = Long.MIN_VALUE;
  private long sweptMs = Long.MIN_VALUE;

  public SeriesLimits(Limits limits, Journal journal) {
    this.limits = limits;
    this.journal = journal;
  }

  /** Restores an admitted series, even if the limits have been lowered since. */
  public void restore(byte[] key, long seenMs) {
    int tenantEnd = zero(key, 0, key.length);
    int serviceEnd = zero(key, tenantEnd + 1, key.length);
    Service service = services.find(key, 0, serviceEnd + 1);
    if (service == null) {
      service = addService(key, 0, tenantEnd, serviceEnd);
    }
    if (names.find(key, 0, key.length) == null) {
      Kind kind = kind(key, serviceEnd + 1, key.length);
      add(key.clone(), service, kind, seenMs);
    }
    nowMs = Math.max(nowMs, seenMs);
    sweptMs = nowMs;
  }

  /**
   * Decides to which series counts are added.
   *
   * @param bytes hold the key of their series, as {@code SeriesCodec} writes it
   * @param windowStartMs start of the window that the counts are of
   * @return the series itself when it is admitted, otherwise the one that it is merged into; null
   *     when the counts are to be dropped
   * @throws IllegalArgumentException when the bytes are not a key
   */
  public @Nullable Series admit(byte[] bytes, int start, int length, long windowStartMs) {
    if (windowStartMs > nowMs) {
      nowMs = windowStartMs;
      forgetWhenDue();
    }
    Name name = names.find(bytes, start, length);
    return name != null ? seen(name) : decide(bytes, start, start + length);
  }

  /** See {@link KeyTable#fetch}; for a key that is to be admitted soon. */
  public int fetch(byte[] bytes, int start, int length) {
    return names.fetch(bytes, start, length);
  }

  /**
   * Keeps all series seen since the oldest open window: a series that were removed while a window
   * refers to it would be admitted a second time.
   */
  public void keepSeriesSince(long oldestWindowMs) {
    keepSinceMs = oldestWindowMs;
  }

  /** Number of admitted series. */
  public int size() {
    return names.size();
  }

  private @Nullable Series decide(byte[] bytes, int start, int end) {
    int tenantEnd = zero(bytes, start, end);
    int serviceEnd = zero(bytes, tenantEnd + 1, end);
    Kind kind = kind(bytes, serviceEnd + 1, end);
    if (kind == Kind.PART || kind == Kind.OTHER_PARTS) {
      return decidePart(bytes, start, tenantEnd, serviceEnd, end);
    }
    Service service = services.find(bytes, start, serviceEnd + 1 - start);
    if (service == null) {
      Tenant tenant = tenants.find(bytes, start, tenantEnd + 1 - start);
      boolean named = !isOther(bytes, tenantEnd + 1, serviceEnd);
      if (tenant != null && named && tenant.services >= limits.services - 1) {
        return overflowService(tenant, bytes, serviceEnd + 1, end, kind);
      }
      service = addService(bytes, start, tenantEnd, serviceEnd);
    }
    if (hasRoom(service, kind)
        && !exceedsShareOfOperations(service, kind, bytes, serviceEnd, end)) {
      return admitNew(Arrays.copyOfRange(bytes, start, end), service, kind);
    }
    if (kind == Kind.METRIC) {
      journal.overflowed(OverflowReason.METRIC_LIMIT);
      return null;
    }
    journal.overflowed(OverflowReason.OPERATION_LIMIT);
    return otherOperations(service);
  }

  /**
   * Decides on a part of a metric. The metric as a whole precedes its parts in the same counts;
   * when it is not admitted, its parts are not either.
   */
  private @Nullable Series decidePart(
      byte[] bytes, int start, int tenantEnd, int serviceEnd, int end) {
    int operation = zero(bytes, serviceEnd + 1, end) + 1;
    int metricEnd = zero(bytes, operation, end);
    Name metric = names.find(bytes, start, metricEnd - start);
    if (metric != null) {
      return part(metric, Arrays.copyOfRange(bytes, metricEnd, end));
    }
    Tenant tenant = tenants.find(bytes, start, tenantEnd + 1 - start);
    Service other = tenant == null ? null : tenant.other;
    if (other == null || services.find(bytes, start, serviceEnd + 1 - start) != null) {
      return null;
    }
    byte[] others = join(other.key(), Arrays.copyOfRange(bytes, serviceEnd + 1, metricEnd));
    metric = names.find(others, 0, others.length);
    return metric == null ? null : part(metric, Arrays.copyOfRange(bytes, metricEnd, end));
  }

  private Series part(Name metric, byte[] attributes) {
    byte[] key = join(metric.key(), attributes);
    Name known = names.find(key, 0, key.length);
    if (known != null) {
      return seen(known);
    }
    boolean ofOthers = Arrays.equals(attributes, OTHER_PART);
    Parts all = parts.find(metric.key(), 0, metric.key().length);
    if (!ofOthers && (all == null ? 0 : all.count) < limits.parts - 1) {
      return admitNew(key, metric.service, Kind.PART);
    }
    if (!ofOthers) {
      journal.overflowed(OverflowReason.PART_LIMIT);
    }
    byte[] others = join(metric.key(), OTHER_PART);
    Name name = names.find(others, 0, others.length);
    return name != null ? seen(name) : admitNew(others, metric.service, Kind.OTHER_PARTS);
  }

  /** Updates the number of known parts of the metric of a part. */
  private void countPart(Name part, int more) {
    byte[] key = part.key();
    int end = zero(key, zero(key, part.prefix(), key.length) + 1, key.length);
    Parts all = parts.find(key, 0, end);
    if (all == null) {
      all = new Parts(Arrays.copyOf(key, end));
      parts.add(all);
    }
    all.count += more;
  }

  private @Nullable Series overflowService(
      Tenant tenant, byte[] bytes, int metric, int end, Kind kind) {
    Service known = tenant.other;
    Service other = known == null ? addService(join(tenant.key(), OTHER, ZERO), tenant) : known;
    if (kind != Kind.METRIC) {
      journal.overflowed(OverflowReason.SERVICE_LIMIT);
      return otherOperations(other);
    }
    byte[] key = join(other.key(), Arrays.copyOfRange(bytes, metric, end));
    Name name = names.find(key, 0, key.length);
    if (name == null && !hasRoom(other, kind)) {
      journal.overflowed(OverflowReason.METRIC_LIMIT);
      return null;
    }
    journal.overflowed(OverflowReason.SERVICE_LIMIT);
    return name != null ? seen(name) : admitNew(key, other, kind);
  }

  private Series otherOperations(Service service) {
    byte[] key = service.otherOperations;
    Name name = names.find(key, 0, key.length);
    return name != null ? seen(name) : admitNew(key, service, Kind.OTHER_OPERATIONS);
  }

  private boolean hasRoom(Service service, Kind kind) {
    return switch (kind) {
      case OPERATION -> service.operations < limits.operations - 1;
      case OTHER_OPERATIONS -> true;
      case METRIC -> service.metrics < limits.metrics;
      case PART, OTHER_PARTS -> true; // Decided by its metric.
    };
  }

  /**
   * Metrics of single operations may use half of the limit; the rest is for metrics of the service.
   */
  private boolean exceedsShareOfOperations(
      Service service, Kind kind, byte[] bytes, int serviceEnd, int end) {
    if (kind != Kind.METRIC || service.metrics < limits.metrics / 2) {
      return false;
    }
    int operation = zero(bytes, serviceEnd + 1, end) + 1;
    return end - operation != 1 || bytes[operation] != '*';
  }

  private Series admitNew(byte[] key, Service service, Kind kind) {
    Series series = add(key, service, kind, nowMs);
    journal.admitted(key, nowMs);
    return series;
  }

  private Series add(byte[] key, Service service, Kind kind, long seenMs) {
    Name name = new Name(key, numbers++, service, kind, seenMs);
    names.add(name);
    count(service, kind, 1);
    if (kind == Kind.PART) {
      countPart(name, 1);
    }
    return name;
  }

  private static void count(Service service, Kind kind, int more) {
    service.names += more;
    service.operations += kind == Kind.OPERATION ? more : 0;
    service.metrics += kind == Kind.METRIC ? more : 0;
  }

  private Service addService(byte[] bytes, int start, int tenantEnd, int serviceEnd) {
    byte[] prefix = Arrays.copyOfRange(bytes, start, serviceEnd + 1);
    int length = tenantEnd + 1 - start;
    Tenant tenant = tenants.find(prefix, 0, length);
    if (tenant == null) {
      tenant = new Tenant(Arrays.copyOf(prefix, length));
      tenants.add(tenant);
    }
    return addService(prefix, tenant);
  }

  private Service addService(byte[] prefix, Tenant tenant) {
    Service service = new Service(prefix, tenant);
    services.add(service);
    if (isOther(prefix, tenant.key().length, prefix.length - 1)) {
      tenant.other = service;
    } else {
      tenant.services++;
    }
    return service;
  }

  private Series seen(Name name) {
    if (nowMs - name.seenMs >= SEEN_EVERY_MS) {
      name.seenMs = nowMs;
      journal.admitted(name.key(), nowMs);
    }
    return name;
  }

  private void forgetWhenDue() {
    if (sweptMs == Long.MIN_VALUE) {
      sweptMs = nowMs;
    } else if (nowMs - sweptMs >= SEEN_EVERY_MS) {
      sweptMs = nowMs;
      // The saved time may be that much earlier than the time at which the name was last seen.
      long oldest = Math.min(nowMs, keepSinceMs) - limits.forgetAfterMs - SEEN_EVERY_MS;
      List<Name> forgotten = new ArrayList<>();
      names.removeIf(name -> name.seenMs < oldest && forgotten.add(name));
      forgotten.forEach(this::forget);
      parts.removeIf(all -> all.count == 0);
      services.removeIf(service -> service.names == 0);
      tenants.removeIf(tenant -> tenant.services == 0 && tenant.other == null);
    }
  }

  private void forget(Name name) {
    journal.forgotten(name.key());
    if (name.kind == Kind.PART) {
      countPart(name, -1);
    }
    Service service = name.service;
    count(service, name.kind, -1);
    if (service.names > 0) {
      return;
    }
    Tenant tenant = service.tenant;
    if (service.isOther()) {
      tenant.other = null;
    } else {
      tenant.services--;
    }
  }
}
