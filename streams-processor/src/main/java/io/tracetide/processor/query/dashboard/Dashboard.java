package io.tracetide.processor.query.dashboard;

import io.tracetide.processor.query.anomaly.AnomalyView;
import io.tracetide.processor.query.dashboard.DashboardAnswer.Operation;
import io.tracetide.processor.query.dashboard.DashboardAnswer.Service;
import io.tracetide.processor.query.dashboard.DashboardAnswer.Totals;
import io.tracetide.processor.query.dashboard.DashboardAnswer.WarmUp;
import io.tracetide.processor.query.dashboard.StatusRules.Evidence;
import io.tracetide.processor.query.dashboard.StatusRules.Verdict;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.ServiceName;
import io.tracetide.processor.query.trace.LedgerView;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.Granularity;
import io.tracetide.processor.query.window.ServicesQuery;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.sketch.QuantileSketch;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The overview: every service with its values over the range and its status at the end of it. */
public final class Dashboard {
  private static final Duration RECENT = Duration.ofMinutes(1);

  private final WindowView windows;
  private final AnomalyView anomalies;
  private final Optional<LedgerView> ledger;
  private final ServiceActivity activity;
  private final List<WindowTier> tiers;
  private final StatusRules rules;

  public Dashboard(
      WindowView windows,
      AnomalyView anomalies,
      Optional<LedgerView> ledger,
      List<WindowTier> tiers,
      StatusRules rules) {
    this.windows = windows;
    this.anomalies = anomalies;
    this.ledger = ledger;
    this.tiers = tiers.stream().sorted(Comparator.comparing(WindowTier::size)).toList();
    this.activity = new ServiceActivity(windows, this.tiers.get(0));
    this.rules = rules;
  }

  public DashboardAnswer answer(ServicesQuery query, Instant now, CancellationCheck cancellation) {
    Reading reading = new Reading(query, now);
    reading.readWindows(cancellation);
    reading.readRecent(cancellation);
    reading.readAnomalies(cancellation);
    reading.readLedger();
    reading.readActivity(cancellation);
    return reading.answer();
  }

  /** Collects one answer. */
  private final class Reading {
    private final ServicesQuery query;
    private final Instant now;
    private final Granularity granularity;
    private final double seconds;

    /** Whether the range ends now, so that current values belong to it. */
    private final boolean upToNow;

    private final Map<ServiceName, Tally> services = new TreeMap<>();
    private final TreeSet<String> missing = new TreeSet<>();
    private OptionalLong closedUpToMs = OptionalLong.empty();

    Reading(ServicesQuery query, Instant now) {
      this.query = query;
      this.now = now;
      this.granularity = query.tier(now, tiers);
      long countedUpToMs = Math.min(query.range().toMs(), now.toEpochMilli());
      this.upToNow = query.range().to().plus(RECENT).isAfter(now);
      this.seconds = (countedUpToMs - granularity.ceiling(query.range().fromMs())) / 1_000.0;
    }

    void readWindows(CancellationCheck cancellation) {
      Coverage coverage =
          windows.read(
              granularity.tier(),
              granularity.ceiling(query.range().fromMs()),
              query.range().toMs(),
              query.scope(),
              window -> {
                cancellation.check();
                if (window.series().isLatency()) {
                  tally(ServiceName.of(window.series()))
                      .count(window, granularity.size().toMillis());
                }
              });
      missing.addAll(coverage.missing());
    }

    void readRecent(CancellationCheck cancellation) {
      WindowTier finest = tiers.get(0);
      long fromMs = finest.windowStart(query.range().to().minus(RECENT).toEpochMilli());
      Coverage coverage =
          windows.read(
              finest,
              fromMs,
              query.range().toMs(),
              query.scope(),
              window -> {
                cancellation.check();
                if (window.series().isLatency()) {
                  tally(ServiceName.of(window.series())).recent.merge(window.counts().stats());
                }
              });
      missing.addAll(coverage.missing());
      closedUpToMs = coverage.slowestCloseMs();
    }

    void readAnomalies(CancellationCheck cancellation) {
      missing.addAll(
          anomalies.read(
              anomaly -> {
                cancellation.check();
                if (anomaly.getState() == AnomalyState.OPEN
                    && anomaly.getOpenedAt().isBefore(query.range().to())
                    && query.scope().includes(anomaly.getTenantId(), anomaly.getServiceName())) {
                  tally(new ServiceName(anomaly.getTenantId(), anomaly.getServiceName()))
                      .open
                      .add(anomaly);
                }
              }));
    }

    void readLedger() {
      if (ledger.isEmpty() || !upToNow) {
        return;
      }
      missing.addAll(
          ledger
              .get()
              .counts(
                  (tenant, service, inFlight, stuck) -> {
                    if (inFlight > 0 && query.scope().includes(tenant, service)) {
                      Tally tally = tally(new ServiceName(tenant, service));
                      tally.inFlight += inFlight;
                      tally.stuck += stuck;
                    }
                  }));
    }

    /** Services with spans before the range only are listed as silent, when the range ends now. */
    void readActivity(CancellationCheck cancellation) {
      ServiceActivity.Reading reading = activity.services(now, cancellation);
      missing.addAll(reading.missing());
      reading
          .services()
          .forEach(
              (name, known) -> {
                if (services.containsKey(name)
                    || (upToNow && query.scope().includes(name.tenant(), name.service()))) {
                  boolean sameTier = granularity.tier().equals(tiers.get(0));
                  tally(name).addActivity(known, query.range().toMs(), sameTier);
                }
              });
    }

    DashboardAnswer answer() {
      Map<ServiceStatus, Integer> statuses = new EnumMap<>(ServiceStatus.class);
      for (ServiceStatus status : ServiceStatus.values()) {
        statuses.put(status, 0);
      }
      List<Service> rows = new ArrayList<>();
      WindowStats all = new WindowStats();
      int operations = 0;
      long open = 0;
      long inFlight = 0;
      long stuck = 0;
      for (Map.Entry<ServiceName, Tally> entry : services.entrySet()) {
        WindowStats merged = entry.getValue().merged();
        all.merge(merged);
        operations += entry.getValue().operations.size();
        open += entry.getValue().open.size();
        inFlight += entry.getValue().inFlight;
        stuck += entry.getValue().stuck;
        Service row = service(entry.getKey(), entry.getValue(), merged);
        statuses.merge(row.status(), 1, Integer::sum);
        rows.add(row);
      }
      Totals totals =
          new Totals(
              rows.size(),
              operations,
              Red.of(all, seconds),
              ofNow(inFlight),
              ofNow(stuck),
              open,
              statuses);
      return new DashboardAnswer(
          query.range().from(),
          query.range().to(),
          !missing.isEmpty(),
          List.copyOf(missing),
          QuantileSketch.RELATIVE_ERROR,
          closedUpToMs.isPresent() ? Instant.ofEpochMilli(closedUpToMs.getAsLong()) : null,
          totals,
          rows);
    }

    private Service service(ServiceName name, Tally tally, WindowStats merged) {
      Verdict verdict = rules.judge(tally.evidence(query.range().toMs()));
      return new Service(
          name.tenant(),
          name.service(),
          verdict.status(),
          verdict.reason(),
          new WarmUp(Math.min(tally.windowsSeen, rules.warmUpWindows()), rules.warmUpWindows()),
          tally.lastEndMs == Long.MIN_VALUE ? null : Instant.ofEpochMilli(tally.lastEndMs),
          Red.of(merged, seconds),
          ofNow(tally.inFlight),
          ofNow(tally.stuck),
          tally.open.size(),
          tally.operations.entrySet().stream()
              .map(entry -> operation(entry.getKey(), entry.getValue(), tally))
              .toList());
    }

    private Operation operation(String name, WindowStats stats, Tally tally) {
      return new Operation(
          name,
          Red.of(stats, seconds),
          tally.open.stream().filter(anomaly -> anomaly.getOperationName().equals(name)).count());
    }

    private @Nullable Long ofNow(long traces) {
      return ledger.isPresent() && upToNow ? traces : null;
    }

    private Tally tally(ServiceName name) {
      return services.computeIfAbsent(name, key -> new Tally());
    }
  }

  /** The data of one service. */
  private static final class Tally {
    private final Map<String, WindowStats> operations = new TreeMap<>();
    private final WindowStats recent = new WindowStats();
    private final List<Anomaly> open = new ArrayList<>();
    private long lastEndMs = Long.MIN_VALUE;
    private long closedUpToMs = Long.MIN_VALUE;
    private int windowsSeen;
    private long inFlight;
    private long stuck;

    void count(StoredWindow window, long sizeMs) {
      operations
          .computeIfAbsent(window.series().operation(), name -> new WindowStats())
          .merge(window.counts().stats());
      lastEndMs = Math.max(lastEndMs, window.startMs() + sizeMs);
      closedUpToMs = Math.max(closedUpToMs, window.closedUpToMs());
    }

    /**
     * The end of a coarse window is an imprecise time of the last span: the finest tier replaces
     * it.
     */
    void addActivity(ServiceActivity.Known known, long toMs, boolean sameTier) {
      windowsSeen = known.windows();
      closedUpToMs = Math.max(closedUpToMs, known.closedUpToMs());
      if (known.lastEndMs() <= toMs) {
        lastEndMs = sameTier ? Math.max(lastEndMs, known.lastEndMs()) : known.lastEndMs();
      }
    }

    WindowStats merged() {
      WindowStats merged = new WindowStats();
      operations.values().forEach(merged::merge);
      return merged;
    }

    Evidence evidence(long toMs) {
      Map<Severity, Long> bySeverity = new HashMap<>();
      open.forEach(anomaly -> bySeverity.merge(anomaly.getSeverity(), 1L, Long::sum));
      long quietMs =
          recent.count() > 0 || lastEndMs == Long.MIN_VALUE
              ? 0
              : Math.max(0, Math.min(toMs, closedUpToMs) - lastEndMs);
      return new Evidence(
          bySeverity,
          stuck,
          recent.count(),
          recent.errorRatePercent(),
          Duration.ofMillis(quietMs),
          windowsSeen);
    }
  }
}
