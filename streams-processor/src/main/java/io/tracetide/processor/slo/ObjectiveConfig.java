package io.tracetide.processor.slo;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import java.time.Duration;
import java.util.Optional;

/**
 * One objective: the share of good spans in 30 days. In the globs {@code *} stands for any text and
 * {@code ?} for one character.
 *
 * @param name name of the objective; anomalies have it followed by a pair of windows, such as
 *     {@code checkout-1h-5m}, as the name of their rule
 * @param target minimum share of good spans in percent
 * @param slowerThan spans that take longer are bad; without it failed spans are bad
 * @param tenant glob of tenants
 * @param service glob of services
 * @param operation {@code *} for each service as a whole; anything else is a glob of operations, so
 *     {@code ?*} is every single one
 * @param minEvents minimum of spans in the short window of a pair for it to open an anomaly
 * @param minBad minimum of bad spans in the long window of a pair for it to open an anomaly
 * @param quietWindows minutes in a row within the limit that resolve an anomaly
 */
public record ObjectiveConfig(
    @Required String name,
    @Required double target,
    Optional<Duration> slowerThan,
    String tenant,
    String service,
    String operation,
    long minEvents,
    long minBad,
    int quietWindows) {

  public ObjectiveConfig {
    Checks checks =
        Checks.check()
            .notBlank("name", name)
            .that(name.length() <= 200, "name", name, "at most 200 characters")
            .range("target", target, 50.0, 99.9999)
            .notBlank("tenant", tenant)
            .notBlank("service", service)
            .notBlank("operation", operation)
            .range("minEvents", minEvents, 1, 1_000_000)
            .range("minBad", minBad, 2, 1_000_000)
            .range("quietWindows", quietWindows, 1, 10_000);
    slowerThan.ifPresent(
        limit -> checks.range("slowerThan", limit, Duration.ofMillis(1), Duration.ofDays(30)));
    checks.done();
  }

  /** Defaults of an item of the list: every service, availability. */
  public static ObjectiveConfig defaults() {
    return of("objective", 99.9);
  }

  /** An objective of the availability of every service as a whole. */
  public static ObjectiveConfig of(String name, double target) {
    return new ObjectiveConfig(
        name, target, Optional.empty(), "*", "*", SeriesId.ALL_OPERATIONS, 10, 3, 5);
  }

  /** The same for spans that take longer. */
  public ObjectiveConfig withSlowerThan(Duration limit) {
    return new ObjectiveConfig(
        name,
        target,
        Optional.of(limit),
        tenant,
        service,
        operation,
        minEvents,
        minBad,
        quietWindows);
  }

  /** The same for the series that match these globs. */
  public ObjectiveConfig on(String tenants, String services, String operations) {
    return new ObjectiveConfig(
        name, target, slowerThan, tenants, services, operations, minEvents, minBad, quietWindows);
  }
}
