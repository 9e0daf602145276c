package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.AnomaliesConfig;

import io.tracetide.processor.anomaly.AnomalyValues;
import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.Evidence;
import io.tracetide.processor.anomaly.Snapshot;
import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.processor.ledger.trace.TraceFindingCodec;
import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Makes one anomaly of the breaches that many traces of an operation have in common: it opens with
 * the first trace, gets a new revision for each further one, and is resolved when no trace has been
 * in breach for a little while.
 *
 * <p>The first revisions are told at once, later ones at most once a second. A trace in breach is a
 * row in the store. Of more than {@link #MOST_TRACES} of one anomaly only the number is known; then
 * a breach that is told twice, as a crash under at-least-once may do, counts twice.
 */
public final class RaiseTraceAnomalies implements Processor<byte[], byte[], String, Anomaly> {

  /** Traces in breach that are known by name, for each anomaly. */
  static final int MOST_TRACES = 10_000;

  /** Traces that an anomaly names. */
  static final int NAMED = 20;

  /** Records about an episode that are written at once. */
  private static final int AT_ONCE = 5;

  private static final Duration BETWEEN_RECORDS = Duration.ofSeconds(1);

  /** Traces that break a rule one after the other are one episode. */
  private static final Duration CALM_TO_RESOLVE = Duration.ofSeconds(5);

  private static final Set<Detector> DETECTORS =
      Set.of(Detector.LEDGER, Detector.CONTRACT, Detector.COMPLIANCE);

  private static final Comparator<BreachEpisode.Offender> NEWEST_FIRST =
      Comparator.comparingLong(BreachEpisode.Offender::atMs)
          .reversed()
          .thenComparing(BreachEpisode.Offender::traceId);

  private final AnomaliesConfig keeping;
  private final ProcessorMetrics metrics;
  private final Map<BreachSubject, Standing> standings = new HashMap<>();
  private ProcessorContext<String, Anomaly> context;
  private BreachTable table;
  private AnomalyLog anomalies;
  private Cancellable clock;

  /** An open anomaly. */
  private static final class Standing {
    private Episode.Open open;
    private long known;
    private long beyond;
    private String worst = "";
    private double worstValue = Double.NEGATIVE_INFINITY;
    private List<BreachEpisode.Offender> newest = new ArrayList<>();
    private TraceFinding latest;
    private long latestMs;
    private long recordedMs = Long.MIN_VALUE / 2;
    private long calmSinceMs;
    private boolean owed;

    Standing(Episode.Open open, TraceFinding latest) {
      this.open = open;
      this.latest = latest;
      this.latestMs = latest.atMs();
    }

    long inBreach() {
      return known + beyond;
    }

    void offend(BreachEpisode.Offender offender) {
      newest.removeIf(each -> each.traceId().equals(offender.traceId()));
      newest.add(offender);
      newest.sort(NEWEST_FIRST);
      if (newest.size() > NAMED) {
        newest = new ArrayList<>(newest.subList(0, NAMED));
      }
    }
  }

  @SuppressWarnings("NullAway.Init")
  public // Streams calls init before anything else.
  RaiseTraceAnomalies(AnomaliesConfig keeping, ProcessorMetrics metrics) {
    this.keeping = keeping;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, Anomaly> context) {
    this.context = context;
    KeyValueStore<Bytes, byte[]> episodes = context.getStateStore(AnomalyStores.EPISODES);
    ChangelogStart.ensure(episodes, Bytes.wrap(new byte[0]));
    KeyValueStore<String, Anomaly> store = context.getStateStore(AnomalyStores.ANOMALIES);
    ChangelogStart.ensure(store, "");
    table = new BreachTable(episodes);
    anomalies = new AnomalyLog(store, DETECTORS, keeping);
    restore();
    clock = context.schedule(BETWEEN_RECORDS, PunctuationType.WALL_CLOCK_TIME, this::tell);
  }

  @Override
  public void close() {
    clock.cancel();
  }

  private void restore() {
    standings.clear();
    table.eachEpisode(
        (subject, episode) -> {
          Standing standing = new Standing(episode.open(), episode.latest());
          standing.worst = episode.worst();
          standing.worstValue = episode.worstValue();
          episode.newest().forEach(standing::offend);
          standing.calmSinceMs = context.currentSystemTimeMs();
          standings.put(subject, standing);
        });
    table.eachTrace(
        (subject, offender) -> {
          Standing standing = standings.get(subject);
          if (standing != null) {
            standing.known++;
            standing.owed |= offender.atMs() > standing.latest.atMs();
            standing.latestMs = Math.max(standing.latestMs, offender.atMs());
            standing.offend(offender);
          }
        });
    table.eachBeyond(
        (subject, count) -> {
          Standing standing = standings.get(subject);
          if (standing != null) {
            standing.beyond = count;
          }
        });
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    TraceFinding finding = TraceFindingCodec.decode(record.value());
    BreachSubject subject = BreachSubject.of(finding);
    if (finding.open()) {
      begin(subject, finding);
    } else {
      end(subject, finding);
    }
    anomalies.expire(finding.atMs());
  }

  private void begin(BreachSubject subject, TraceFinding finding) {
    Standing known = standings.get(subject);
    if (known != null && table.has(subject, finding.traceId())) {
      worsen(subject, known, finding);
      return;
    }
    Standing standing = known == null ? open(subject, finding) : known;
    if (standing.known < MOST_TRACES) {
      table.put(subject, finding.traceId(), finding.atMs());
      standing.known++;
    } else {
      standing.beyond++;
      table.putBeyond(subject, standing.beyond);
    }
    standing.latest = finding;
    standing.latestMs = Math.max(standing.latestMs, finding.atMs());
    standing.offend(new BreachEpisode.Offender(finding.traceId(), finding.atMs()));
    double far = excess(finding.breach());
    if (far > standing.worstValue) {
      standing.worstValue = far;
      standing.worst = finding.traceId();
    }
    standing.open = standing.open.after(evidence(subject, standing));
    long nowMs = context.currentSystemTimeMs();
    if (known == null) {
      record(subject, standing, new Change.Opened(standing.open), nowMs);
    } else if (standing.open.revision() < AT_ONCE || isTime(standing, nowMs)) {
      update(subject, standing, nowMs);
    } else {
      standing.owed = true;
    }
  }

  /** A trace that is in breach already is told of again when that matters more than before. */
  private void worsen(BreachSubject subject, Standing standing, TraceFinding finding) {
    if (finding.breach().severity().compareTo(standing.open.severity()) > 0) {
      standing.latest = finding;
      standing.open = standing.open.after(evidence(subject, standing));
      update(subject, standing, context.currentSystemTimeMs());
    }
  }

  private Standing open(BreachSubject subject, TraceFinding finding) {
    Evidence first =
        Evidence.breach(subject.kind(), finding.breach().severity(), 1, 1, 1, Snapshot.NONE);
    Standing standing = new Standing(Episode.Open.begin(first, finding.atMs()), finding);
    standings.put(subject, standing);
    return standing;
  }

  /** The height of an episode is the number of traces that are in breach at once. */
  private static Evidence evidence(BreachSubject subject, Standing standing) {
    Breach latest = standing.latest.breach();
    double traces = (double) standing.inBreach();
    Snapshot snapshot =
        new Snapshot(
            standing.open.openedAtMs(),
            Math.max(standing.open.openedAtMs(), standing.latestMs),
            observed(standing, false),
            latest.expected(),
            Map.of(),
            witnesses(subject, standing).exemplars());
    return Evidence.breach(latest.kind(), latest.severity(), 1, traces, traces, snapshot);
  }

  private void end(BreachSubject subject, TraceFinding finding) {
    Standing standing = standings.get(subject);
    if (standing == null) {
      return;
    }
    if (table.has(subject, finding.traceId())) {
      table.delete(subject, finding.traceId());
      standing.known--;
    } else if (standing.beyond > 0) {
      standing.beyond--;
      table.putBeyond(subject, standing.beyond);
    } else {
      return;
    }
    standing.latestMs = Math.max(standing.latestMs, finding.atMs());
    standing.calmSinceMs = context.currentSystemTimeMs();
  }

  private static boolean isTime(Standing standing, long nowMs) {
    return nowMs - standing.recordedMs >= BETWEEN_RECORDS.toMillis();
  }

  /** Tells what is owed, and ends what is over. */
  private void tell(long nowMs) {
    for (BreachSubject subject : new ArrayList<>(standings.keySet())) {
      Standing standing = standings.get(subject);
      if (standing != null && standing.inBreach() == 0) {
        if (nowMs - standing.calmSinceMs >= CALM_TO_RESOLVE.toMillis()) {
          resolve(subject, standing, nowMs);
        }
      } else if (standing != null && standing.owed && isTime(standing, nowMs)) {
        update(subject, standing, nowMs);
      }
    }
  }

  private void update(BreachSubject subject, Standing standing, long nowMs) {
    standing.open = standing.open.reported();
    record(subject, standing, new Change.Updated(standing.open), nowMs);
  }

  private void resolve(BreachSubject subject, Standing standing, long nowMs) {
    standings.remove(subject);
    record(
        subject, standing, new Change.Resolved(standing.open.reported(), standing.latestMs), nowMs);
    table.delete(subject);
  }

  private void record(
      BreachSubject subject, Standing standing, Change.Reported change, long nowMs) {
    standing.owed = false;
    standing.recordedMs = nowMs;
    save(subject, standing);
    boolean over = change instanceof Change.Resolved;
    long startMs = standing.open.openedAtMs();
    AnomalyRecord found =
        new AnomalyRecord(
            subject.detector(),
            subject.series(),
            change,
            subject.rule().isEmpty() ? null : subject.rule(),
            startMs,
            Math.max(startMs, standing.latestMs),
            observed(standing, over),
            over ? Map.of() : standing.latest.breach().expected(),
            Map.of(),
            sentence(subject, standing, change));
    Anomaly anomaly = anomalies.write(found, witnesses(subject, standing));
    metrics.published(anomaly);
    context.forward(new Record<>(anomaly.getFingerprint(), anomaly, found.endMs()));
  }

  private void save(BreachSubject subject, Standing standing) {
    table.put(
        subject,
        new BreachEpisode(
            standing.open, standing.worst, standing.worstValue, standing.newest, standing.latest));
  }

  private static Map<String, Double> observed(Standing standing, boolean over) {
    Map<String, Double> observed = new HashMap<>();
    if (!over) {
      observed.putAll(standing.latest.breach().observed());
    }
    observed.put("traces_in_breach", (double) standing.inBreach());
    return observed;
  }

  private static String sentence(BreachSubject subject, Standing standing, Change.Reported change) {
    String of = subject.series().service() + " " + subject.series().operation();
    if (change instanceof Change.Resolved resolved) {
      long lasted = resolved.endMs() - resolved.episode().openedAtMs();
      return "no trace of %s breaks %s any more, after %s; at the most %s did at once"
          .formatted(
              of,
              subject.rule().isEmpty() ? "the rule on " + words(subject.kind()) : subject.rule(),
              AnomalyValues.lasting(lasted),
              traces((long) resolved.episode().height().value()));
    }
    return "%s (%s of %s)"
        .formatted(standing.latest.breach().summary(), traces(standing.inBreach()), of);
  }

  private static String words(AnomalyKind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String traces(long count) {
    return count == 1 ? "1 trace" : count + " traces";
  }

  /** Of what took too long the slowest is worth a look, of what went wrong the latest. */
  private static AnomalyExemplars witnesses(BreachSubject subject, Standing standing) {
    List<String> ids = standing.newest.stream().map(BreachEpisode.Offender::traceId).toList();
    @Nullable String newest = ids.isEmpty() ? null : ids.get(0);
    boolean slow =
        switch (subject.kind()) {
          case LATENCY, STUCK_TRACE, ABANDONED_TRACE, STEP_TIMEOUT, DEADLINE, RETENTION -> true;
          default -> false;
        };
    return new AnomalyExemplars(
        new Exemplars(
            slow ? (standing.worst.isEmpty() ? newest : standing.worst) : null,
            slow ? null : newest,
            null),
        ids);
  }

  /** How far a breach went beyond what was expected. */
  private static double excess(Breach breach) {
    double excess = Double.NEGATIVE_INFINITY;
    for (Map.Entry<String, Double> seen : breach.observed().entrySet()) {
      double expected = breach.expected().getOrDefault(seen.getKey(), 0.0);
      excess = Math.max(excess, Math.abs(seen.getValue() - expected));
    }
    return excess;
  }
}
