package io.tracetide.processor.contract;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.rule.Glob;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@link WorkflowMatch} made ready. */
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
   * Which work of an operation may be of a trace that matches, of that which concerns somebody.
   * What a tag is cannot be told from a record without reading it, but whether it is there can.
   */
  public JudgeInterest narrow(
      JudgeInterest concern, String ofTenant, String ofService, String ofOperation) {
    if (!service.matches(ofService)
        || !operation.matches(ofOperation)
        || !tenant.matches(ofTenant)) {
      return JudgeInterest.NONE;
    }
    return concern.all() && !tags.isEmpty() ? JudgeInterest.naming(tags.get(0).getKey()) : concern;
  }

  private static boolean matches(TraceSnapshot trace, Map.Entry<String, Glob> tag) {
    @Nullable String value = trace.tags().get(tag.getKey());
    @Nullable String told = value == null ? trace.metadata().get(tag.getKey()) : value;
    return told != null && tag.getValue().matches(told);
  }
}
