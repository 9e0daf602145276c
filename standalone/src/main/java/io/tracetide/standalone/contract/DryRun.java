package io.tracetide.standalone.contract;

import io.tracetide.processor.ProcessorConfig;
import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.cardinality.OperationTemplate;
import io.tracetide.processor.contract.Contracts;
import io.tracetide.processor.event.DeadLetterReason;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.ledger.recent.RecordedTrace;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceMask;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.rule.RuleConfig;
import io.tracetide.processor.rule.RuleEvaluator;
import io.tracetide.processor.rule.RulesConfig;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.standalone.retained.RetainedEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Evaluates contracts and controls on recorded events, at the current time: it finds violations of
 * finished traces, and unfinished traces that are overdue.
 *
 * <p>All traces are in memory, about 2 KB each and within the ledger's limits, and the windows of
 * series that a contract refers to.
 */
public final class DryRun implements RetainedEvents.Visitor {

  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final int MOST_TRACE_IDS = 20;

  private final TraceJudge judge;
  private final List<RuleConfig> rules;
  private final RuleEvaluator evaluator;
  private final boolean templating;
  private final LedgerConfig.Limits limits;
  private final Function<byte[], TraceEvent> decoder;
  private final Map<String, Long> undecoded = new TreeMap<>();
  private final Map<TraceKey, RecordedTrace> traces = new LinkedHashMap<>();
  private final TreeMap<Long, Map<SeriesId, WindowStats>> windows = new TreeMap<>();
  private final int contracts;
  private final int controls;
  private long events;
  private long refused;

  private record TraceKey(String tenant, String traceId) {}

  /** The key by which findings are combined to one anomaly. */
  private record Subject(Detector detector, String kind, String rule, SeriesId series)
      implements Comparable<Subject> {

    @Override
    public int compareTo(Subject other) {
      return toString().compareTo(other.toString());
    }
  }

  /** An anomaly under construction. */
  private static final class Found {
    private String severity = "";
    private String summary = "";
    private long traces;
    private long windows;
    private final List<String> traceIds = new ArrayList<>();
  }

  /**
   * Creates a dry run of a configuration.
   *
   * @param decoder decodes an event
   */
  public DryRun(ProcessorConfig config, Function<byte[], TraceEvent> decoder) {
    this.judge = config.judge();
    this.contracts = config.contracts().size();
    this.controls =
        config.compliance().inForce().stream().mapToInt(each -> each.controls().size()).sum();
    this.rules = Contracts.rules(config.contracts());
    this.templating = config.cardinality().templating();
    this.limits = config.ledger().limits();
    this.evaluator =
        new RuleEvaluator(
            new RulesConfig(List.of(), config.rules().updateEvery(), config.rules().forgetAfter()),
            rules,
            WINDOW,
            Duration.ZERO);
    TraceMask mask = new TraceMask(Masker.of(config.privacy()));
    this.decoder = record -> mask.masked(decoder.apply(record));
  }

  @Override
  public void refuse() {
    refused++;
  }

  @Override
  public void count(TraceView view) {
    events++;
    follow(view.copyRecord());
    if (view.isCompleted() && !rules.isEmpty()) {
      SeriesId series =
          SeriesId.ofOperation(view.tenant(), view.service(), templated(view.operation()));
      count(view, series);
      count(view, series.ofService());
    }
  }

  /** Adds an event to its trace. The processor, too, counts one that it cannot decode. */
  private void follow(byte[] record) {
    TraceEvent event;
    try {
      event = decoder.apply(record);
    } catch (MalformedRecordException e) {
      undecoded.merge(DeadLetterReason.of(e).label(), 1L, Long::sum);
      return;
    }
    traces
        .computeIfAbsent(
            new TraceKey(event.getTenantId(), event.getTraceId()),
            key -> new RecordedTrace(key.tenant(), key.traceId(), limits))
        .add(event);
  }

  private String templated(String operation) {
    return templating ? OperationTemplate.of(operation) : operation;
  }

  private void count(TraceView view, SeriesId series) {
    if (evaluator.watches(series, WindowTier.BASE)) {
      long startMs = Math.floorDiv(view.timestampMs(), WINDOW.toMillis()) * WINDOW.toMillis();
      windows
          .computeIfAbsent(startMs, start -> new HashMap<>())
          .computeIfAbsent(series, unknown -> new WindowStats())
          .record(
              view.hasDuration() ? (double) view.durationMicros() : 0,
              view.samplingWeight(),
              view.isFailed());
    }
  }

  /**
   * Evaluates the events.
   *
   * @param wholeRange whether all events of the requested range were read
   */
  public DryRunReport report(Instant now, boolean wholeRange) {
    TreeMap<Subject, Found> found = new TreeMap<>();
    for (RecordedTrace trace : traces.values()) {
      TraceSnapshot snapshot = trace.snapshot();
      for (Breach breach : judge.judge(snapshot, now.toEpochMilli()).breaches()) {
        add(snapshot, breach, found);
      }
    }
    judgeWindows(found);
    return new DryRunReport(
        events,
        refused,
        Map.copyOf(undecoded),
        traces.size(),
        wholeRange,
        contracts,
        controls,
        found.entrySet().stream().map(each -> finding(each.getKey(), each.getValue())).toList());
  }

  private void add(TraceSnapshot trace, Breach breach, Map<Subject, Found> found) {
    SeriesId series =
        SeriesId.ofOperation(trace.tenant(), trace.service(), templated(trace.operation()));
    Found one =
        found.computeIfAbsent(
            new Subject(breach.detector(), breach.kind().name(), breach.rule(), series),
            subject -> new Found());
    one.traces++;
    one.severity = breach.severity().name();
    one.summary = breach.summary();
    if (one.traceIds.size() < MOST_TRACE_IDS) {
      one.traceIds.add(trace.traceId());
    }
  }

  private void judgeWindows(Map<Subject, Found> found) {
    if (windows.isEmpty()) {
      return;
    }
    ClauseFindings clauses = new ClauseFindings(found);
    for (long start = windows.firstKey(); start <= windows.lastKey(); start += WINDOW.toMillis()) {
      TierWindow window = new TierWindow(WindowTier.BASE, start);
      windows
          .getOrDefault(start, Map.of())
          .forEach((series, stats) -> evaluator.observe(series, window, stats));
      evaluator.complete(window, RecentWindows.NONE, clauses);
    }
    clauses.close(windows.lastKey() + WINDOW.toMillis());
  }

  private static DryRunReport.Finding finding(Subject subject, Found found) {
    return new DryRunReport.Finding(
        subject.detector().name(),
        subject.kind(),
        subject.rule(),
        found.severity,
        subject.series().tenant(),
        subject.series().service(),
        subject.series().operation(),
        found.traces,
        found.windows,
        List.copyOf(found.traceIds),
        found.summary);
  }

  /** Collects the findings of clauses on windows. */
  private static final class ClauseFindings implements DetectorOutput.Unsaved {
    private final Map<Subject, Found> found;
    private final Map<Subject, Long> open = new HashMap<>();

    ClauseFindings(Map<Subject, Found> found) {
      this.found = found;
    }

    @Override
    public boolean isPublished(Finding finding) {
      return true;
    }

    @Override
    public void publish(Finding finding) {
      Episode.Open episode = finding.change().episode();
      Subject subject =
          new Subject(
              Detector.CONTRACT,
              episode.kind().name(),
              String.valueOf(finding.rule()),
              finding.series());
      Found one = found.computeIfAbsent(subject, unknown -> new Found());
      one.severity = episode.severity().name();
      if (finding.change() instanceof Change.Opened) {
        one.summary = finding.summary();
        open.put(subject, finding.startMs());
      } else if (finding.change() instanceof Change.Resolved) {
        lasted(subject, finding.endMs());
      }
    }

    private void lasted(Subject subject, long endMs) {
      Long since = open.remove(subject);
      Found one = found.get(subject);
      if (since != null && one != null) {
        one.windows += (endMs - since) / WINDOW.toMillis();
      }
    }

    /** Closes the windows up to this time, at the end of the events. */
    void close(long endMs) {
      new ArrayList<>(open.keySet()).forEach(subject -> lasted(subject, endMs));
    }
  }
}
