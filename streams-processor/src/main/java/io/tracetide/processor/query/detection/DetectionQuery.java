package io.tracetide.processor.query.detection;

import io.tracetide.processor.detection.progress.SeriesProgress;
import io.tracetide.processor.query.request.Parameters;
import io.tracetide.processor.query.request.Scope;
import java.util.List;
import java.util.Set;

/**
 * Query of {@code /monitoring/detection}.
 *
 * @param operations names of operations, {@code *} for services as a whole; empty selects all
 * @param states empty selects all
 * @param limit maximum of series in the answer
 */
public record DetectionQuery(
    Scope scope, Set<String> operations, Set<SeriesProgress.State> states, int limit) {
  public static final List<String> PARAMETERS =
      List.of("services", "operations", "state", "limit", "tenant");

  private static final int DEFAULT_LIMIT = 1_000;
  private static final int MOST = 10_000;

  public DetectionQuery {
    operations = Set.copyOf(operations);
    states = Set.copyOf(states);
  }

  public static DetectionQuery parse(Parameters parameters) {
    return new DetectionQuery(
        Scope.of(parameters.tenants(), parameters.selection("services")),
        parameters.names("operations"),
        parameters.anyOf("state", SeriesProgress.State.class),
        parameters.integer("limit", DEFAULT_LIMIT, 1, MOST));
  }

  boolean matches(SeriesProgress progress) {
    return scope.includes(progress.series())
        && (operations.isEmpty() || operations.contains(progress.series().operation()))
        && (states.isEmpty() || states.contains(progress.state()));
  }
}
