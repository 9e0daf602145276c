package io.tracetide.processor.query.trace;

import io.tracetide.processor.ledger.trace.LifecycleState;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceSpan;
import io.tracetide.processor.rule.Glob;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tags, duration and errors of the traces that a query selects.
 *
 * @param tags globs of {@code key=value}, each of which a tag of one of its spans must match
 * @param leastMicros shortest duration in microseconds; traces without a known duration are not
 *     selected
 * @param mostMicros longest duration, the same
 * @param error whether one of its spans must have failed, or none
 */
public record TraceDetails(
    Set<String> tags, OptionalLong leastMicros, OptionalLong mostMicros, Optional<Boolean> error) {

  /** Selects all traces. */
  public static final TraceDetails ANY =
      new TraceDetails(Set.of(), OptionalLong.empty(), OptionalLong.empty(), Optional.empty());

  public TraceDetails {
    tags = Collections.unmodifiableSet(new TreeSet<>(tags));
  }

  /** The same without what changes while a trace goes on. */
  public TraceDetails ofSubject() {
    return new TraceDetails(tags, OptionalLong.empty(), OptionalLong.empty(), Optional.empty());
  }

  Matcher matcher() {
    return new Matcher(this, tags.stream().map(Glob::escaped).toList());
  }

  /** Tests traces; for one thread. */
  record Matcher(TraceDetails details, List<Glob> tags) {

    boolean matches(TraceSnapshot trace) {
      return tags.stream().allMatch(glob -> hasTag(glob, trace))
          && isInRange(trace.durationMicros())
          && (details.error().isEmpty() || details.error().get() == hasError(trace));
    }

    private static boolean hasTag(Glob glob, TraceSnapshot trace) {
      return hasTag(glob, trace.tags())
          || trace.spans().stream().anyMatch(span -> hasTag(glob, span.tags()));
    }

    private static boolean hasTag(Glob glob, Map<String, String> tags) {
      return tags.entrySet().stream()
          .anyMatch(tag -> glob.matches(tag.getKey() + "=" + tag.getValue()));
    }

    private boolean isInRange(OptionalLong duration) {
      if (details.leastMicros().isEmpty() && details.mostMicros().isEmpty()) {
        return true;
      }
      return duration.isPresent()
          && duration.getAsLong() >= details.leastMicros().orElse(0)
          && duration.getAsLong() <= details.mostMicros().orElse(Long.MAX_VALUE);
    }

    private static boolean hasError(TraceSnapshot trace) {
      return trace.state() instanceof LifecycleState.Failed
          || trace.spans().stream().anyMatch(TraceSpan::isFailed);
    }
  }
}
