package io.tracetide.processor.query.dashboard;

import io.tracetide.processor.query.request.ComparedTo;
import io.tracetide.processor.query.request.Parameters;
import io.tracetide.processor.query.window.ServicesQuery;
import io.tracetide.processor.query.window.Top;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Query of {@code /monitoring/dashboard}.
 *
 * @param services the range and the services
 * @param comparedTo the earlier range to compare with; empty for none
 * @param top the only services to list; empty for all
 */
public record DashboardQuery(
    ServicesQuery services, Optional<ComparedTo> comparedTo, Optional<Top> top) {
  public static final List<String> PARAMETERS =
      Stream.concat(
              ServicesQuery.PARAMETERS.stream(), Stream.of(ComparedTo.PARAMETER, Top.BY, Top.LIMIT))
          .toList();

  public static DashboardQuery parse(Parameters parameters, Instant now) {
    Optional<ComparedTo> comparedTo = ComparedTo.parse(parameters);
    return new DashboardQuery(
        ServicesQuery.parse(parameters, now), comparedTo, Top.parse(parameters, comparedTo));
  }

  /** All of these services, without a comparison. */
  static DashboardQuery of(ServicesQuery services) {
    return new DashboardQuery(services, Optional.empty(), Optional.empty());
  }
}
