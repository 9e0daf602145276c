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
 * Which series of one partition are counted under their own name, and what becomes of the others.
 *
 * <p>First come, first admitted. An operation beyond the limit of its service is counted as
 * operation {@link SeriesId#OTHER} of that service; a service beyond the limit of its tenant as
 * operation {@code OTHER} of service {@code OTHER}: the totals of a service and of a tenant stay
 * what they are. A metric beyond the limit is dropped, because values of different metrics have no
 * meaning together; those of a folded service are merged by their own name. A part of a metric,
 * told from others by attributes, beyond the limit of its metric is counted as the part {@code
 * OTHER} of it; of a metric that is dropped no part is kept. The last service and the last
 * operation of the limits is {@code OTHER}, so that the limits hold with it.
 *
 * <p>A name that is not seen for long enough gives its place free. Time is that of the newest
 * window so far, so late work neither ages nor revives anything, and a replay of old work behaves
 * as live traffic does. The journal hears of every change, and what is restored from it is the same
 * set of names.
 */
public final class SeriesLimits {

  /*
   * Admitting a known series is one look-up by the bytes of its key, without an object. Folding an
   * operation takes two or three more, and no object either. Memory: about 150 bytes and the key
   * for each admitted series. Every hour of event time all of them are looked at, to drop the
   * forgotten ones.
   */

  /** How exactly it is remembered when a name was seen last; it is written this often. */
  static final long SEEN_EVERY_MS = Duration.ofHours(1).toMillis();

  /**
   * How many names there may be at once in one partition.
   *
   * @param services services of a tenant
   * @param operations operations of a service
   * @param metrics metrics of a service
   * @param parts parts of a metric
   * @param forgetAfterMs time without work after which a name gives its place free
   */
  public record Limits(int services, int operations, int metrics, int parts, long forgetAfterMs) {

    public Limits {
      if (services < 2 || operations < 2 || metrics < 1 || parts < 1 || forgetAfterMs < 0) {
        throw new IllegalArgumentException(
            "no place but that of the others: %d, %d, %d".formatted(services, operations, metrics));
      }
    }

    /**
     * The part of each partition in limits that hold for all of them together. Services are spread
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

  /** Is told what to remember, and what was folded. */
  public interface Journal {

    /** The series is admitted, and was seen at that time; also told again as time goes by. */
    void admitted(byte[] key, long seenMs);

    /** The series has given its place free. */
    void forgotten(byte[] key);

    /** Counts were not admitted under their own name. */
    void folded(OverflowReason reason);
  }

  private final Limits limits;
  private final Journal journal;
  private final KeyTable<Name> names = new KeyTable<>();
  private final KeyTable<Service> services = new KeyTable<>();
  private final KeyTable<Tenant> tenants = new KeyTable<>();
  private final KeyTable<Parts> parts = new KeyTable<>();
  private int numbers;
  private long heldFromMs = Long.MAX_VALUE;
  private long nowMs = Long.MIN_VALUE;
  private long sweptMs = Long.MIN_VALUE;

  public SeriesLimits(Limits limits, Journal journal) {
    this.limits = limits;
    this.journal = journal;
  }

  /** Takes up a series that was admitted before, even if the limits have become lower since. */
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
   * Decides under which series counts belong.
   *
   * @param bytes hold the key of their series, as {@code SeriesCodec} writes it
   * @param windowStartMs start of the window that the counts are of
   * @return that series when it is admitted, else the one that it is folded into; null when the
   *     counts are to be dropped
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
   * Whoever holds on to series in windows must say which is the oldest: no series of them is
   * forgotten, so that it does not become two.
   */
  public void heldFrom(long oldestWindowMs) {
    heldFromMs = oldestWindowMs;
  }

  /** How many series are admitted now. */
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
        return foldService(tenant, bytes, serviceEnd + 1, end, kind);
      }
      service = addService(bytes, start, tenantEnd, serviceEnd);
    }
    if (hasRoom(service, kind) && !isOneWorkflowTooMany(service, kind, bytes, serviceEnd, end)) {
      return admitNew(Arrays.copyOfRange(bytes, start, end), service, kind);
    }
    if (kind == Kind.METRIC) {
      journal.folded(OverflowReason.METRIC_LIMIT);
      return null;
    }
    journal.folded(OverflowReason.OPERATION_LIMIT);
    return otherOperations(service);
  }

  /**
   * The metric as a whole comes before its parts, in the same counts. When it is not admitted, no
   * part of it is.
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
    byte[] folded = join(other.key(), Arrays.copyOfRange(bytes, serviceEnd + 1, metricEnd));
    metric = names.find(folded, 0, folded.length);
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
      journal.folded(OverflowReason.PART_LIMIT);
    }
    byte[] others = join(metric.key(), OTHER_PART);
    Name name = names.find(others, 0, others.length);
    return name != null ? seen(name) : admitNew(others, metric.service, Kind.OTHER_PARTS);
  }

  /** Of a part that becomes known or is forgotten, its metric has one more or less. */
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

  private @Nullable Series foldService(
      Tenant tenant, byte[] bytes, int metric, int end, Kind kind) {
    Service known = tenant.other;
    Service other = known == null ? addService(join(tenant.key(), OTHER, ZERO), tenant) : known;
    if (kind != Kind.METRIC) {
      journal.folded(OverflowReason.SERVICE_LIMIT);
      return otherOperations(other);
    }
    byte[] key = join(other.key(), Arrays.copyOfRange(bytes, metric, end));
    Name name = names.find(key, 0, key.length);
    if (name == null && !hasRoom(other, kind)) {
      journal.folded(OverflowReason.METRIC_LIMIT);
      return null;
    }
    journal.folded(OverflowReason.SERVICE_LIMIT);
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

  /** Metrics that are told of single workflows leave half of the places to those of the service. */
  private boolean isOneWorkflowTooMany(
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
      // A name may have been seen up to that much later than is remembered.
      long oldest = Math.min(nowMs, heldFromMs) - limits.forgetAfterMs - SEEN_EVERY_MS;
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
