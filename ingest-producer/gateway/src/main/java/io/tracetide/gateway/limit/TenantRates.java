package io.tracetide.gateway.limit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tracetide.gateway.record.Quota;
import io.tracetide.gateway.record.RefusedRequestException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Enforces the rate limit of each tenant in this process: two gateways together allow twice the
 * rate. A request is accepted or refused as a whole; a refused one consumes nothing. Thread-safe.
 */
public final class TenantRates implements Quota {
  private static final int MAX_NAMED = 100;
  private static final String OTHERS = "__other__";
  private static final String LIMITED = "tracetide.gateway.tenant.limited";

  /** Description of each meter, by name. */
  public static final Map<String, String> HELP =
      Map.of(
          LIMITED,
          "Records refused with 429, by tenant; beyond "
              + MAX_NAMED
              + " tenants, the others are "
              + OTHERS);

  private static final class Buckets {
    private final @Nullable TokenBucket events;
    private final @Nullable TokenBucket bytes;

    Buckets(RateConfig rate, long now) {
      events = bucket(rate.eventsPerSecond(), rate.burst(), now);
      bytes = bucket(rate.bytesPerSecond(), rate.burst(), now);
    }

    private static @Nullable TokenBucket bucket(double perSecond, Duration burst, long now) {
      return perSecond == 0 ? null : new TokenBucket(perSecond, burst, now);
    }

    synchronized long take(int records, long size, long now) {
      long wait =
          Math.max(
              events == null ? 0 : events.nanosUntil(records, now),
              bytes == null ? 0 : bytes.nanosUntil((double) size, now));
      if (wait == 0 && events != null) {
        events.take(records);
      }
      if (wait == 0 && bytes != null) {
        bytes.take((double) size);
      }
      return wait;
    }
  }

  private final RatesConfig config;
  private final MeterRegistry meters;
  private final LongSupplier nanos;
  private final Map<String, Buckets> buckets = new ConcurrentHashMap<>();
  private final Map<String, Counter> limited = new ConcurrentHashMap<>();

  /**
   * Starts with full buckets.
   *
   * @param nanos monotonic clock
   */
  public TenantRates(RatesConfig config, MeterRegistry meters, LongSupplier nanos) {
    this.config = config;
    this.meters = meters;
    this.nanos = nanos;
  }

  @Override
  public void take(String tenant, int records, long bytes) {
    Optional<Duration> wait = tryTake(tenant, records, bytes);
    if (wait.isPresent()) {
      throw RefusedRequestException.rateLimited(
          wait.get(), "the tenant exceeds its rate limit; retry later");
    }
  }

  /** Takes the tokens of a request; the time to wait when there are not enough. */
  Optional<Duration> tryTake(String tenant, int records, long size) {
    RateConfig rate = config.of(tenant);
    if (rate.eventsPerSecond() == 0 && rate.bytesPerSecond() == 0) {
      return Optional.empty();
    }
    long now = nanos.getAsLong();
    long wait =
        buckets.computeIfAbsent(tenant, name -> new Buckets(rate, now)).take(records, size, now);
    if (wait == 0) {
      return Optional.empty();
    }
    counter(tenant).increment(records);
    return Optional.of(Duration.ofNanos(wait));
  }

  private Counter counter(String tenant) {
    Counter known = limited.get(tenant);
    if (known != null) {
      return known;
    }
    String name = limited.size() < MAX_NAMED ? tenant : OTHERS;
    return limited.computeIfAbsent(name, key -> meters.counter(LIMITED, "tenant", key));
  }
}
