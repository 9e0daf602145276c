package io.tracetide.standalone.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Generates the spans of the fleet in the order of their ends, without end. Journeys begin as a
 * Poisson process. The same seed and begin give the same spans; faults change only durations and
 * outcomes.
 *
 * <p>Live workflows also send lifecycle events while they run, and some have incidents; the same
 * begin of live traffic gives the same events.
 */
final class Traffic {
  private static final double JOURNEYS_PER_SECOND =
      DemoFleet.JOURNEYS.stream().mapToDouble(DemoFleet.Journey::perSecond).sum();

  private final SplittableRandom random;
  private final FaultPlan faults;
  private final PriorityQueue<FinishedSpan> ending =
      new PriorityQueue<>(
          Comparator.comparingLong(FinishedSpan::endMicros)
              .thenComparingLong(FinishedSpan::spanId));
  private final PriorityQueue<DemoReport> reports =
      new PriorityQueue<>(
          Comparator.comparingLong(DemoReport::atMicros)
              .thenComparingInt(DemoReport::order)
              .thenComparingLong(report -> report.root().spanId()));
  private final SplittableRandom incidents;
  private final IncidentPlan plan;
  private boolean live;
  private long nextStartMicros;

  Traffic(long seed, Instant beginning, FaultPlan faults, DemoSchedule schedule) {
    this.random = new SplittableRandom(seed);
    this.incidents = new SplittableRandom(~seed);
    this.faults = faults;
    this.plan = new IncidentPlan(seed, schedule);
    this.nextStartMicros = ChronoUnit.MICROS.between(Instant.EPOCH, beginning) + pause();
  }

  /**
   * The next spans that end up to this time.
   *
   * @param limit maximum number
   */
  List<FinishedSpan> endedBy(Instant time, int limit) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, time);
    List<FinishedSpan> ended = new ArrayList<>();
    while (ended.size() < limit) {
      while (nextStartMicros <= micros
          && (ending.isEmpty() || nextStartMicros <= ending.peek().endMicros())) {
        start(choose());
      }
      if (ending.isEmpty() || ending.peek().endMicros() > micros) {
        return ended;
      }
      ended.add(ending.remove());
    }
    return ended;
  }

  /** Starts the lifecycle events of workflows. */
  void goLive(Instant time) {
    live = true;
    plan.begin(time);
  }

  /** Incidents that begin up to this time by trace id; each is returned once. */
  Map<String, IncidentPlan.Planned> goneWrongBy(Instant time) {
    Map<String, IncidentPlan.Planned> begun = new LinkedHashMap<>();
    for (IncidentPlan.Planned planned : plan.dueBy(time)) {
      Trace trace = new Trace(incidents, planned.incident());
      trace.run(DemoFleet.WORKFLOWS, ChronoUnit.MICROS.between(Instant.EPOCH, planned.from()));
      begun.put(trace.id(), planned);
    }
    return begun;
  }

  /**
   * Lifecycle events up to this time, at most up to that of the last call of {@link #endedBy}.
   *
   * @param limit maximum number
   */
  List<DemoReport> saidBy(Instant time, int limit) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, time);
    List<DemoReport> said = new ArrayList<>();
    while (said.size() < limit && !reports.isEmpty() && reports.peek().atMicros() <= micros) {
      said.add(reports.remove());
    }
    return said;
  }

  private DemoFleet.Journey choose() {
    double at = random.nextDouble() * JOURNEYS_PER_SECOND;
    for (DemoFleet.Journey journey : DemoFleet.JOURNEYS) {
      at -= journey.perSecond();
      if (at < 0) {
        return journey;
      }
    }
    return DemoFleet.JOURNEYS.get(DemoFleet.JOURNEYS.size() - 1);
  }

  private void start(DemoFleet.Journey journey) {
    new Trace(random, Incident.NONE).run(journey, nextStartMicros);
    nextStartMicros += pause();
  }

  private long pause() {
    double seconds = -Math.log1p(-random.nextDouble()) / JOURNEYS_PER_SECOND;
    return Math.round(seconds * Duration.ofSeconds(1).toNanos() / 1_000);
  }

  private static long id(SplittableRandom random) {
    return random.nextLong() | 1; // In OTLP an id of zeros is invalid.
  }

  /** The outcome of a step. */
  private record Outcome(long endMicros, boolean failed) {}

  /** One trace of a journey. */
  private final class Trace {
    private final SplittableRandom random;
    private final Incident incident;
    private final long idHigh;
    private final long idLow;
    private final List<FinishedSpan> spans = new ArrayList<>();
    private boolean happened;

    Trace(SplittableRandom random, Incident incident) {
      this.random = random;
      this.incident = incident;
      this.idHigh = random.nextLong();
      this.idLow = Traffic.id(random);
    }

    String id() {
      return DemoReport.traceId(spans.get(0));
    }

    void run(DemoFleet.Journey journey, long start) {
      perform(journey.root(), 0, start);
      if (!live || !journey.equals(DemoFleet.WORKFLOWS)) {
        ending.addAll(spans);
        return;
      }
      // The workflow's own span is reported by its lifecycle events; the agents send their spans as
      // they end.
      reports.addAll(Narration.of(spans, incident));
      spans.subList(0, spans.size() - 1).forEach(span -> ending.add(span.withoutEvent()));
    }

    /** Half of an operation's own time passes before it calls others, half after. */
    Outcome perform(DemoStep step, long parent, long start) {
      Operation operation = step.operation();
      Instant startedAt = Instant.EPOCH.plus(start, ChronoUnit.MICROS);
      long spanId = Traffic.id(random);
      long own = ownMicros(operation) * faults.factor(operation, startedAt);
      boolean failed = random.nextDouble() < faults.errorRate(operation.service(), startedAt);
      long at = start + own / 2;
      for (DemoStep call : step.calls()) {
        Outcome outcome = perform(call, spanId, at);
        failed |= call.isVital() && outcome.failed();
        at = outcome.endMicros();
      }
      long end = at + own - own / 2;
      spans.add(
          new FinishedSpan(
              idHigh, idLow, spanId, parent, step, start, end, failed, attributes(step, failed)));
      return new Outcome(end, failed);
    }

    private long ownMicros(Operation operation) {
      if (!happened && incident.isAbout(operation)) {
        happened = true;
        return incident.length().toMillis() * 1_000;
      }
      return Math.round(
          operation.medianMicros() * Math.exp(operation.spread() * random.nextGaussian()));
    }

    private Map<String, String> attributes(DemoStep step, boolean failed) {
      Map<String, String> attributes = new TreeMap<>();
      String name = step.operation().name();
      int slash = name.indexOf(" /");
      if (slash > 0) {
        attributes.put("http.request.method", name.substring(0, slash));
        attributes.put("http.route", name.substring(slash + 1));
        attributes.put("http.response.status_code", failed ? "503" : "200");
      }
      for (String subject : step.subjects()) {
        attributes.put(
            "tracetide.%s.id".formatted(subject), "%s-%08x".formatted(subject, (int) idLow));
      }
      return attributes;
    }
  }
}
