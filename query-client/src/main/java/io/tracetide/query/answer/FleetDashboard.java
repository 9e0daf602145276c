package io.tracetide.query.answer;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/dashboard}: the services with their rates over the range, and what
 * is in flight now.
 *
 * @param relativeError greatest relative error of a quantile, such as 0.01
 * @param closedUpTo windows that end at or before this time are final; null before the first one
 * @param comparison the earlier range; null without {@code compareTo}
 * @param leftOut services that {@code topBy} has left out; the totals include them
 */
public record FleetDashboard(
    Instant from,
    Instant to,
    boolean partial,
    List<String> missing,
    double relativeError,
    @Nullable Instant closedUpTo,
    @Nullable ComparedRange comparison,
    int leftOut,
    Totals totals,
    List<Service> services)
    implements QueryAnswer {

  public FleetDashboard {
    missing = Values.list(missing);
    services = Values.list(services);
  }

  /**
   * All services together.
   *
   * @param count finished spans
   * @param throughputPerSec finished spans in a second
   * @param p95Ms null without spans of a known duration
   * @param inFlight traces that have started and not ended; null when they are not followed
   * @param stuck those of them without events for longer than allowed
   * @param statuses number of services by status
   * @param earlier values of the earlier range; null when it has no spans, or was not requested
   * @param change null without {@code earlier}
   */
  public record Totals(
      int services,
      int operations,
      long count,
      long errors,
      @Nullable Double throughputPerSec,
      @Nullable Double errorRatePercent,
      @Nullable Double p50Ms,
      @Nullable Double p95Ms,
      @Nullable Double p99Ms,
      @Nullable Long inFlight,
      @Nullable Long stuck,
      long openAnomalies,
      Map<String, Integer> statuses,
      @Nullable RangeValues earlier,
      @Nullable PercentChange change) {
    public Totals {
      statuses = Values.map(statuses);
    }
  }

  /**
   * One service.
   *
   * @param status {@code healthy}, {@code degraded}, {@code critical}, {@code warming_up} or {@code
   *     silent}
   * @param reason reason for the status, in one sentence
   * @param lastWorkAt end of the last window with a span; null when there is none
   * @param earlier values of the earlier range; null when it has no spans, or was not requested
   * @param change null without {@code earlier}
   */
  public record Service(
      String tenant,
      String service,
      String status,
      String reason,
      @Nullable WarmUp warmUp,
      @Nullable Instant lastWorkAt,
      long count,
      long errors,
      @Nullable Double throughputPerSec,
      @Nullable Double errorRatePercent,
      @Nullable Double p50Ms,
      @Nullable Double p95Ms,
      @Nullable Double p99Ms,
      @Nullable Long inFlight,
      @Nullable Long stuck,
      long openAnomalies,
      @Nullable RangeValues earlier,
      @Nullable PercentChange change,
      List<Operation> operations) {
    public Service {
      operations = Values.list(operations);
    }
  }

  /** Windows with spans, of those that the detectors need. */
  public record WarmUp(int windows, int needed) {}

  /** Spans that finished in a range. */
  public record RangeValues(
      long count,
      long errors,
      @Nullable Double throughputPerSec,
      @Nullable Double errorRatePercent,
      @Nullable Double p50Ms,
      @Nullable Double p95Ms,
      @Nullable Double p99Ms) {}

  /** One operation of a service. */
  public record Operation(
      String operation,
      long count,
      long errors,
      @Nullable Double throughputPerSec,
      @Nullable Double errorRatePercent,
      @Nullable Double p50Ms,
      @Nullable Double p95Ms,
      @Nullable Double p99Ms,
      long openAnomalies) {}
}
