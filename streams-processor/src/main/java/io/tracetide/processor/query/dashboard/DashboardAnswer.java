package io.tracetide.processor.query.dashboard;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/dashboard}. Rates are means over the range; {@code inFlight} and
 * {@code stuck} are those of now, and null when the range ended before, or traces are not followed:
 * not known is not zero.
 *
 * @param relativeError greatest relative error of a quantile
 * @param closedUpTo windows of the finest tier that end at or before this time are final
 *     everywhere; null before the first one closes
 */
public record DashboardAnswer(
    Instant from,
    Instant to,
    boolean partial,
    List<String> missing,
    double relativeError,
    @Nullable Instant closedUpTo,
    Totals totals,
    List<Service> services) {
  public DashboardAnswer {
    missing = List.copyOf(missing);
    services = List.copyOf(services);
  }

  /**
   * The fleet as a whole.
   *
   * @param statuses number of services by status; all five are there
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
      Map<ServiceStatus, Integer> statuses) {
    public Totals {
      statuses = Collections.unmodifiableMap(new EnumMap<>(statuses));
    }
  }

  /**
   * One service.
   *
   * @param reason why it has this status, in one sentence
   * @param warmUp how far the detectors have come to know it
   * @param lastWorkAt end of the last window with work that is known; null when there is none
   */
  public record Service(
      String tenant,
      String service,
      ServiceStatus status,
      String reason,
      WarmUp warmUp,
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
      List<Operation> operations) {
    public Service {
      operations = List.copyOf(operations);
    }
  }

  /** Windows with work seen, of those the detectors ask for. */
  public record WarmUp(int windows, int needed) {}

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
