package io.tracetide.processor.workflow;

import io.tracetide.runtime.config.Checks;
import java.util.Map;

/**
 * A selection of traces by their root span. In the globs {@code *} stands for any text and {@code
 * ?} for one character.
 *
 * @param tenant glob of tenants
 * @param service glob of services
 * @param operation glob of operations
 * @param tags globs of values by key of a tag or metadata entry; all must exist and match
 */
public record WorkflowMatch(
    String tenant, String service, String operation, Map<String, String> tags) {

  /** Every trace. */
  public static final WorkflowMatch ALL = new WorkflowMatch("*", "*", "*", Map.of());

  public WorkflowMatch {
    tags = Map.copyOf(tags);
    Checks.check()
        .notBlank("tenant", tenant)
        .notBlank("service", service)
        .notBlank("operation", operation)
        .done();
  }

  public static WorkflowMatch defaults() {
    return ALL;
  }
}
