package io.tracetide.processor.compliance;

import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A framework: a set of named controls.
 *
 * @param name its name in anomalies and in the list of frameworks in force
 * @param controls its controls; names are unique
 */
public record FrameworkConfig(@Required String name, @Required List<ControlConfig> controls) {

  public FrameworkConfig {
    controls = List.copyOf(controls);
    Set<String> names = new HashSet<>();
    Checks.check()
        .notBlank("name", name)
        .that(!controls.isEmpty(), "controls", "", "at least one control")
        .that(
            controls.stream().allMatch(control -> names.add(control.name())),
            "controls",
            controls.stream().map(ControlConfig::name).toList(),
            "names that are all different")
        .done();
  }

  public static FrameworkConfig defaults() {
    return new FrameworkConfig("framework", List.of(ControlConfig.FourEyes.defaults()));
  }
}
