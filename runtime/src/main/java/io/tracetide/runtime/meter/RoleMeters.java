package io.tracetide.runtime.meter;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The registry of a role. A meter's HELP is looked up by its name, so that it is the same wherever
 * the meter is registered. Of the libraries' meters, those that operators need and whose names
 * follow the conventions of Prometheus are kept.
 */
public final class RoleMeters {

  /** The meters of the HTTP server that are kept, of about fifty. */
  private static final Map<String, String> HTTP_SERVER =
      Map.of(
          "armeria.server.connections", "Connections that are open",
          "armeria.server.pending.responses", "Requests that are being answered",
          "armeria.executor.active", "Threads for blocking tasks, such as queries",
          "armeria.executor.queued", "Tasks that wait for one of these threads");

  /** Dropped: their units are abbreviations, or their names end like those of histograms. */
  private static final Set<String> MISNAMED = Set.of("process.cpu.time", "system.cpu.count");

  private RoleMeters() {}

  /**
   * An empty registry.
   *
   * @param help descriptions of the role's own meters by name
   */
  @SafeVarargs
  public static PrometheusMeterRegistry create(Map<String, String>... help) {
    Map<String, String> texts = new HashMap<>(HTTP_SERVER);
    texts.putAll(ListenerMeters.HELP);
    for (Map<String, String> ofModule : help) {
      texts.putAll(ofModule);
    }
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    meters
        .config()
        .meterFilter(MeterFilter.deny(id -> isUnwatched(id.getName())))
        .meterFilter(new Help(Map.copyOf(texts)));
    return meters;
  }

  private static boolean isUnwatched(String name) {
    return MISNAMED.contains(name)
        || (name.startsWith("armeria.") && !HTTP_SERVER.containsKey(name));
  }

  /** Sets the description of a meter by its name. */
  private record Help(Map<String, String> texts) implements MeterFilter {
    @Override
    public Meter.Id map(Meter.Id id) {
      String text = texts.get(id.getName());
      return text == null
          ? id
          : new Meter.Id(
              id.getName(), Tags.of(id.getTagsAsIterable()), id.getBaseUnit(), text, id.getType());
    }
  }
}
