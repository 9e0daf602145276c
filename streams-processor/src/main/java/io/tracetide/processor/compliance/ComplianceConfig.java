package io.tracetide.processor.compliance;

import io.tracetide.runtime.config.Checks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Frameworks in force and own definitions.
 *
 * @param frameworks names of the frameworks in force; {@code sox} and {@code gdpr} are built in
 * @param definitions own frameworks; one with the name of a built-in framework replaces it
 */
public record ComplianceConfig(Set<String> frameworks, List<FrameworkConfig> definitions) {

  public ComplianceConfig {
    // In the order in which they were written.
    frameworks = Collections.unmodifiableSet(new LinkedHashSet<>(frameworks));
    definitions = List.copyOf(definitions);
    Set<String> own = new HashSet<>();
    Checks checks =
        Checks.check()
            .that(
                definitions.stream().allMatch(each -> own.add(each.name())),
                "definitions",
                definitions.stream().map(FrameworkConfig::name).toList(),
                "names that are all different");
    Set<String> known = new LinkedHashSet<>(BuiltInFrameworks.names());
    known.addAll(own);
    checks
        .that(
            known.containsAll(frameworks),
            "frameworks",
            frameworks,
            "names of " + String.join(", ", known))
        .done();
  }

  public static ComplianceConfig defaults() {
    return new ComplianceConfig(Set.of(), List.of());
  }

  /** The frameworks in force. */
  public List<FrameworkConfig> inForce() {
    List<FrameworkConfig> inForce = new ArrayList<>();
    for (String name : frameworks) {
      inForce.add(
          definitions.stream()
              .filter(each -> each.name().equals(name))
              .findFirst()
              .orElseGet(() -> BuiltInFrameworks.of(name)));
    }
    return List.copyOf(inForce);
  }
}
