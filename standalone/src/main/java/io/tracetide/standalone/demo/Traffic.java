package io.tracetide.standalone.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The spans of the fleet, one after the other as they end, for as long as somebody asks. Journeys
 * begin as a Poisson process. The same seed and beginning give the same spans; faults change
 * durations and outcomes and nothing else.
 */
final class Traffic {
  private static final double JOURNEYS_PER_SECOND =
      Fleet.JOURNEYS.stream().mapToDouble(Fleet.Journey::perSecond).sum();

  private final SplittableRandom random;
  private final FaultPlan faults;
  private final PriorityQueue<FinishedSpan> ending =
      new PriorityQueue<>(
          Comparator.comparingLong(FinishedSpan::endMicros)
              .thenComparingLong(FinishedSpan::spanId));
  private long nextStartMicros;

  Traffic(long seed, Instant beginning, FaultPlan faults) {
    this.random = new SplittableRandom(seed);
    this.faults = faults;
    this.nextStartMicros = ChronoUnit.MICROS.between(Instant.EPOCH, beginning) + pause();
  }

  /**
   * The next spans that have ended by then.
   *
   * @param limit how many at most
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

  private Fleet.Journey choose() {
    double at = random.nextDouble() * JOURNEYS_PER_SECOND;
    for (Fleet.Journey journey : Fleet.JOURNEYS) {
      at -= journey.perSecond();
      if (at < 0) {
        return journey;
      }
    }
    return Fleet.JOURNEYS.get(Fleet.JOURNEYS.size() - 1);
  }

  private void start(Fleet.Journey journey) {
    new Trace(random.nextLong(), id()).perform(journey.root(), 0, nextStartMicros);
    nextStartMicros += pause();
  }

  private long pause() {
    double seconds = -Math.log1p(-random.nextDouble()) / JOURNEYS_PER_SECOND;
    return Math.round(seconds * Duration.ofSeconds(1).toNanos() / 1_000);
  }

  private long id() {
    return random.nextLong() | 1; // OTLP takes an id of zeros for none.
  }

  /** How a step went. */
  private record Outcome(long endMicros, boolean failed) {}

  /** One run of a journey. */
  private final class Trace {
    private final long idHigh;
    private final long idLow;

    Trace(long idHigh, long idLow) {
      this.idHigh = idHigh;
      this.idLow = idLow;
    }

    /** Half of an operation's own time passes before it calls others, half after. */
    Outcome perform(Step step, long parent, long start) {
      Operation operation = step.operation();
      Instant startedAt = Instant.EPOCH.plus(start, ChronoUnit.MICROS);
      long spanId = id();
      long own = ownMicros(operation) * faults.factor(operation, startedAt);
      boolean failed = random.nextDouble() < faults.errorRate(operation.service(), startedAt);
      long at = start + own / 2;
      for (Step call : step.calls()) {
        Outcome outcome = perform(call, spanId, at);
        failed |= call.isVital() && outcome.failed();
        at = outcome.endMicros();
      }
      long end = at + own - own / 2;
      ending.add(
          new FinishedSpan(
              idHigh, idLow, spanId, parent, step, start, end, failed, attributes(step, failed)));
      return new Outcome(end, failed);
    }

    private long ownMicros(Operation operation) {
      return Math.round(
          operation.medianMicros() * Math.exp(operation.spread() * random.nextGaussian()));
    }

    private Map<String, String> attributes(Step step, boolean failed) {
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
