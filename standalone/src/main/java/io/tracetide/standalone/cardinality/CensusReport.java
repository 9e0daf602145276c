package io.tracetide.standalone.cardinality;

import java.util.List;

/**
 * The effect of templating and limits on names.
 *
 * @param events counted events of finished spans
 * @param unfinished starts and updates, which are not counted
 * @param refused events that the processor would send to the dead-letter topic
 * @param wholeRange whether all events of the requested range were read, not only the newest
 * @param tenants by name
 */
public record CensusReport(
    long events, long unfinished, long refused, boolean wholeRange, List<Tenant> tenants) {

  /**
   * A tenant.
   *
   * @param services distinct names of services
   * @param servicesFolded services that were counted as {@code __other__}
   * @param affected services in which names or counts change, those with most events first
   */
  public record Tenant(
      String tenant, long events, int services, int servicesFolded, List<Service> affected) {}

  /**
   * A service with changes.
   *
   * @param operations distinct names of operations, as received
   * @param templates distinct templates of them
   * @param counted operations within the limits; the others are one, {@code __other__}
   * @param eventsTemplated events counted under a template that differs from their name
   * @param eventsFolded events counted as {@code __other__} because of a limit
   * @param largest the templates with most events
   * @param folded some of the names beyond the limits
   */
  public record Service(
      String service,
      long events,
      int operations,
      int templates,
      int counted,
      long eventsTemplated,
      long eventsFolded,
      List<Template> largest,
      List<String> folded) {}

  /**
   * A template that differs from its names.
   *
   * @param example the first of its names
   */
  public record Template(String template, String example, long events) {}

  /** Whether any name is beyond the limits. */
  public boolean isFolding() {
    return tenants.stream()
        .anyMatch(
            tenant ->
                tenant.servicesFolded() > 0
                    || tenant.affected().stream().anyMatch(service -> service.eventsFolded() > 0));
  }
}
