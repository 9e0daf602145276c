package io.tracetide.processor.query.dashboard;

import io.tracetide.processor.query.anomaly.AnomalyView;
import io.tracetide.processor.query.dashboard.DashboardAnswer.Operation;
import io.tracetide.processor.query.dashboard.DashboardAnswer.Service;
import io.tracetide.processor.query.dashboard.DashboardAnswer.Totals;
import io.tracetide.processor.query.dashboard.DashboardAnswer.WarmUp;
import io.tracetide.processor.query.dashboard.StatusRules.Verdict;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.ServiceName;
import io.tracetide.processor.query.trace.LedgerView;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.Difference;
import io.tracetide.processor.query.window.EarlierWindows;
import io.tracetide.processor.query.window.Granularity;
import io.tracetide.processor.query.window.MixedTiers;
import io.tracetide.processor.query.window.ServicesQuery;
import io.tracetide.processor.query.window.Top;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.sketch.QuantileSketch;
import io.tracetide.schemas.AnomalyState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  public DashboardAnswer answer(DashboardQuery query, Instant now, CancellationCheck cancellation) {
    Reading reading = new Reading(query, now);
    reading.readWindows(cancellation);
    reading.readEarlier(cancellation);
    reading.readRecent(cancellation);
    reading.readAnomalies(cancellation);
    reading.readLedger();
    reading.readActivity(cancellation);
    return reading.answer();
  }

  /** Collects one answer. */
  private final class Reading {
    private final ServicesQuery query;
    private final DashboardQuery whole;
    private final Instant now;
    private final Granularity granularity;
    private final double seconds;

    /** Whether the range ends now, so that current values belong to it. */
    private final boolean upToNow;

    private final Map<ServiceName, ServiceTally> services = new TreeMap<>();
    private final TreeSet<String> missing = new TreeSet<>();
    private OptionalLong closedUpToMs = OptionalLong.empty();
    private Optional<EarlierServices> earlier = Optional.empty();

    Reading(DashboardQuery whole, Instant now) {
      this.whole = whole;
      this.query = whole.services();
      this.now = now;
      this.granularity = query.tier(now, tiers);
      long countedUpToMs = Math.min(query.range().toMs(), now.toEpochMilli());
      this.upToNow = query.range().to().plus(RECENT).isAfter(now);
      this.seconds = (countedUpToMs - granularity.ceiling(query.range().fromMs())) / 1_000.0;
    }

    void readWindows(CancellationCheck cancellation) {
      // Only in a range that ends now is the time of the last span also read from elsewhere.
      List<WindowTier> read = upToNow ? tiers : List.of(granularity.tier());
      Coverage coverage =
          MixedTiers.read(
              windows,
              read,
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

    void readEarlier(CancellationCheck cancellation) {
      earlier =
          whole
              .comparedTo()
              .map(
                  to ->
                      EarlierServices.read(
                          windows,
                          query.scope(),
                          EarlierWindows.of(to, query.range(), granularity, now, tiers),
                          granularity.ceiling(query.range().fromMs()),
                          granularity.ceiling(query.range().toMs()),
                          cancellation));
      earlier.ifPresent(services -> missing.addAll(services.missing()));
    }

    void readRecent(CancellationCheck cancellation) {
      WindowTier finest = tiers.get(0);
      long fromMs = finest.windowStart(query.range().to().minus(RECENT).toEpochMilli());
      Coverage coverage =
          windows.readTotals(
              finest,
              fromMs,
              query.range().toMs(),
              query.scope(),
              window -> {
                cancellation.check();
                window.addTo(tally(ServiceName.of(window.series())).recent);
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
                      ServiceTally tally = tally(new ServiceName(tenant, service));
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
      Map<ServiceName, Service> rows = new LinkedHashMap<>();
      Map<ServiceName, WindowStats> stats = new HashMap<>();
      WindowStats all = new WindowStats();
      int operations = 0;
      long open = 0;
      long inFlight = 0;
      long stuck = 0;
      for (Map.Entry<ServiceName, ServiceTally> entry : services.entrySet()) {
        WindowStats merged = entry.getValue().merged();
        all.merge(merged);
        stats.put(entry.getKey(), merged);
        operations += entry.getValue().operations.size();
        open += entry.getValue().open.size();
        inFlight += entry.getValue().inFlight;
        stuck += entry.getValue().stuck;
        Service row = service(entry.getKey(), entry.getValue(), merged);
        statuses.merge(row.status(), 1, Integer::sum);
        rows.put(entry.getKey(), row);
      }
      Red red = Red.of(all, seconds);
      @Nullable Red before = earlier.map(EarlierServices::red).orElse(null);
      Top.Selected<ServiceName> listed = listed(stats);
      Totals totals =
          new Totals(
              rows.size(),
              operations,
              red,
              ofNow(inFlight),
              ofNow(stuck),
              open,
              statuses,
              before,
              change(red, before));
      return new DashboardAnswer(
          query.range().from(),
          query.range().to(),
          !missing.isEmpty(),
          List.copyOf(missing),
          QuantileSketch.RELATIVE_ERROR,
          closedUpToMs.isPresent() ? Instant.ofEpochMilli(closedUpToMs.getAsLong()) : null,
          earlier.map(EarlierServices::comparison).orElse(null),
          listed.leftOut(),
          totals,
          listed.first().stream().map(name -> Objects.requireNonNull(rows.get(name))).toList());
    }

    private Top.Selected<ServiceName> listed(Map<ServiceName, WindowStats> stats) {
      List<ServiceName> all = List.copyOf(services.keySet());
      return whole
          .top()
          .map(
              top ->
                  top.select(
                      all,
                      name ->
                          top.value(
                              Objects.requireNonNull(stats.get(name)),
                              earlier.map(then -> then.of(name)).orElse(null))))
          .orElseGet(() -> new Top.Selected<>(all, 0));
    }

    private @Nullable Difference change(Red red, @Nullable Red before) {
      return earlier.map(then -> then.change(red, seconds, before)).orElse(null);
    }

    private Service service(ServiceName name, ServiceTally tally, WindowStats merged) {
      Verdict verdict = rules.judge(tally.evidence(query.range().toMs()));
      Red red = Red.of(merged, seconds);
      @Nullable Red before = earlier.map(then -> then.red(name)).orElse(null);
      return new Service(
          name.tenant(),
          name.service(),
          verdict.status(),
          verdict.reason(),
          new WarmUp(Math.min(tally.windowsSeen, rules.warmUpWindows()), rules.warmUpWindows()),
          tally.lastEndMs == Long.MIN_VALUE ? null : Instant.ofEpochMilli(tally.lastEndMs),
          red,
          ofNow(tally.inFlight),
          ofNow(tally.stuck),
          tally.open.size(),
          before,
          change(red, before),
          tally.operations.entrySet().stream()
              .map(entry -> operation(entry.getKey(), entry.getValue(), tally))
              .toList());
    }

    private Operation operation(String name, WindowStats stats, ServiceTally tally) {
      return new Operation(
          name,
          Red.of(stats, seconds),
          tally.open.stream().filter(anomaly -> anomaly.getOperationName().equals(name)).count());
    }

    private @Nullable Long ofNow(long traces) {
      return ledger.isPresent() && upToNow ? traces : null;
    }

    private ServiceTally tally(ServiceName name) {
      return services.computeIfAbsent(name, key -> new ServiceTally());
    }
  }
}
