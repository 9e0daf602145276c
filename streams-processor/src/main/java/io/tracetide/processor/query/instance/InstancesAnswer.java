package io.tracetide.processor.query.instance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Answer of {@code /monitoring/instances}.
 *
 * @param missing hosts that did not respond
 * @param instances by host; {@code settings} only for callers with access to all tenants
 */
public record InstancesAnswer(
    boolean partial, List<String> missing, List<InstanceStatus> instances) {
  public InstancesAnswer {
    missing = List.copyOf(missing);
    instances = List.copyOf(instances);
  }

  /**
   * The answer.
   *
   * @param withSettings whether the caller may see the settings
   */
  public static InstancesAnswer of(InstanceView view, boolean withSettings) {
    List<InstanceStatus> found = new ArrayList<>();
    List<String> missing =
        view.read(status -> found.add(withSettings ? status : status.withoutSettings()));
    found.sort(Comparator.comparing(InstanceStatus::host));
    return new InstancesAnswer(!missing.isEmpty(), missing, found);
  }
}
