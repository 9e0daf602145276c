package io.tracetide.processor.query.dashboard;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.tracetide.processor.query.request.RangeAnswer;
import io.tracetide.processor.query.window.Difference;
import io.tracetide.processor.query.window.EarlierRange;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/dashboard}. Rates are means over the range; {@code inFlight} and
 * {@code stuck} are current values, and null when the range ended before, or the ledger is
 * disabled.
 *
 * @param relativeError greatest relative error of a quantile
 * @param closedUpTo windows of the finest tier that end at or before this time are final
 *     everywhere; null before the first one closes
 * @param comparison the earlier range; null without {@code compareTo}
 * @param leftOut services that {@code topBy} has left out; the totals include them
 */
public record DashboardAnswer(
    Instant from,
    Instant to,
    boolean partial,
    List<String> missing,
    double relativeError,
    @Nullable Instant closedUpTo,
    @Nullable EarlierRange comparison,
    int leftOut,
    Totals totals,
    List<Service> services)
    implements RangeAnswer {
  public DashboardAnswer {
    missing = List.copyOf(missing);
    services = List.copyOf(services);
  }

  /**
   * All services together.
   *
   * @param statuses number of services by status; all five are there
   * @param earlier values of the earlier range; null when it has no spans, or was not requested
   * @param change null without {@code earlier}
   */
  public record Totals(
      int services,
      int operations,
      @JsonUnwrapped Red red,
      @Nullable Long inFlight,
      @Nullable Long stuck,
      long openAnomalies,
      Map<ServiceStatus, Integer> statuses,
      @Nullable Red earlier,
      @Nullable Difference change) {
    public Totals {
      statuses = Collections.unmodifiableMap(new EnumMap<>(statuses));
    }
  }

  /**
   * One service.
   *
   * @param reason reason for the status, in one sentence
   * @param warmUp warm-up of the detectors
   * @param lastWorkAt end of the last known window with a span; null when there is none
   * @param earlier values of the earlier range; null when it has no spans, or was not requested
   * @param change null without {@code earlier}
   */
  public record Service(
      String tenant,
      String service,
      ServiceStatus status,
      String reason,
      WarmUp warmUp,
      @Nullable Instant lastWorkAt,
      @JsonUnwrapped Red red,
      @Nullable Long inFlight,
      @Nullable Long stuck,
      long openAnomalies,
      @Nullable Red earlier,
      @Nullable Difference change,
      List<Operation> operations) {
    public Service {
      operations = List.copyOf(operations);
    }
  }

  /** Windows with spans, of those that the detectors need. */
  public record WarmUp(int windows, int needed) {}

  /** One operation of a service. */
  public record Operation(String operation, @JsonUnwrapped Red red, long openAnomalies) {}
}
