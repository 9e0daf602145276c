package io.tracetide.standalone.cardinality;

import java.util.List;

/**
 * What templating and limits make of names.
 *
 * @param events finished work that was counted
 * @param unfinished starts and updates, which are not counted
 * @param refused events that the processor would set aside
 * @param wholeRange whether all events of the asked range were read, not only the newest
 * @param tenants by name
 */
public record CensusReport(
    long events, long unfinished, long refused, boolean wholeRange, List<Tenant> tenants) {

  /**
   * A tenant.
   *
   * @param services distinct names of services
   * @param servicesFolded those of which work was counted as the service of others
   * @param affected services in which names or counts change, busiest first
   */
  public record Tenant(
      String tenant, long events, int services, int servicesFolded, List<Service> affected) {}

  /**
   * A service in which something changes.
   *
   * @param operations distinct names of operations, as they came
   * @param templates distinct templates of them
   * @param counted operations that the service would be shown with, the others as one
   * @param eventsTemplated work counted under a template that differs from its name
   * @param eventsFolded work counted as others because of a limit
   * @param largest the templates with most work
   * @param folded some of the names that are beyond the limits
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

  /** Whether limits would fold anything. */
  public boolean isFolding() {
    return tenants.stream()
        .anyMatch(
            tenant ->
                tenant.servicesFolded() > 0
                    || tenant.affected().stream().anyMatch(service -> service.eventsFolded() > 0));
  }
}
