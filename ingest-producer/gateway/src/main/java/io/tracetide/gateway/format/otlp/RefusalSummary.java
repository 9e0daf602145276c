package io.tracetide.gateway.format.otlp;

import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusalReason;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The one sentence in which OTLP lets a receiver say what it refused: each reason with its count
 * and first detail.
 */
final class RefusalSummary {

  private RefusalSummary() {}

  /**
   * The sentence.
   *
   * @param items what they were
   */
  static String of(String items, List<Refusal> refused) {
    return of(items, refused, Set.of());
  }

  /**
   * The sentence, with what is to be known of accepted items.
   *
   * @param items what they were
   */
  static String of(String items, List<Refusal> refused, Set<String> warnings) {
    return Stream.concat(
            refused.isEmpty() ? Stream.of() : Stream.of(refusals(items, refused)),
            warnings.stream().map(warning -> "warning: " + warning))
        .collect(Collectors.joining("; "));
  }

  private static String refusals(String items, List<Refusal> refused) {
    Map<RefusalReason, Integer> counts = new EnumMap<>(RefusalReason.class);
    Map<RefusalReason, String> details = new EnumMap<>(RefusalReason.class);
    for (Refusal refusal : refused) {
      counts.merge(refusal.reason(), 1, Integer::sum);
      details.putIfAbsent(refusal.reason(), refusal.detail());
    }
    return counts.entrySet().stream()
        .map(
            count ->
                "%d %s (%s)"
                    .formatted(
                        count.getValue(), count.getKey().label(), details.get(count.getKey())))
        .collect(Collectors.joining(", ", "refused " + items + ": ", ""));
  }

  /**
   * The answer in Protobuf's JSON mapping, in which a 64-bit integer is text.
   *
   * @param field says how many were refused
   * @param items what they are, in the plural
   */
  static Map<String, ?> partialSuccess(String field, String items, List<Refusal> refused) {
    return partialSuccess(field, items, refused, Set.of());
  }

  /** The same with what is to be known of accepted items: then none need be refused. */
  static Map<String, ?> partialSuccess(
      String field, String items, List<Refusal> refused, Set<String> warnings) {
    if (refused.isEmpty() && warnings.isEmpty()) {
      return Map.of();
    }
    Map<String, String> part = new LinkedHashMap<>();
    part.put(field, Integer.toString(refused.size()));
    part.put("errorMessage", of(items, refused, warnings));
    return Map.of("partialSuccess", part);
  }
}
