package io.tracetide.processor.workflow;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.rule.Glob;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A compiled {@link WorkflowMatch}. */
public final class WorkflowFilter {

  private final Glob tenant;
  private final Glob service;
  private final Glob operation;
  private final List<Map.Entry<String, Glob>> tags;

  public WorkflowFilter(WorkflowMatch match) {
    tenant = Glob.of(match.tenant());
    service = Glob.of(match.service());
    operation = Glob.of(match.operation());
    tags =
        match.tags().entrySet().stream()
            .map(tag -> Map.entry(tag.getKey(), Glob.of(tag.getValue())))
            .collect(Collectors.toUnmodifiableList());
  }

  public boolean matches(TraceSnapshot trace) {
    return service.matches(trace.service())
        && operation.matches(trace.operation())
        && tenant.matches(trace.tenant())
        && tags.stream().allMatch(tag -> matches(trace, tag));
  }

  /**
   * Narrows an interest to the spans of an operation that may belong to a matching trace. The value
   * of a tag is not known before its record is decoded, but whether the record contains its key is.
   */
  public JudgeInterest narrow(
      JudgeInterest interest, String ofTenant, String ofService, String ofOperation) {
    if (!service.matches(ofService)
        || !operation.matches(ofOperation)
        || !tenant.matches(ofTenant)) {
      return JudgeInterest.NONE;
    }
    return interest.all() && !tags.isEmpty()
        ? JudgeInterest.naming(tags.get(0).getKey())
        : interest;
  }

  private static boolean matches(TraceSnapshot trace, Map.Entry<String, Glob> tag) {
    @Nullable String value = trace.tags().get(tag.getKey());
    @Nullable String actual = value == null ? trace.metadata().get(tag.getKey()) : value;
    return actual != null && tag.getValue().matches(actual);
  }
}
