package io.tracetide.processor.query.prometheus;

import io.tracetide.processor.query.anomaly.AnomalyView;
import io.tracetide.processor.query.prometheus.PrometheusJson.Data;
import io.tracetide.processor.query.promql.EvaluationLimits;
import io.tracetide.processor.query.promql.Evaluator;
import io.tracetide.processor.query.promql.QueryOutcome;
import io.tracetide.processor.query.promql.Value.StringValue;
import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Steps;
import io.tracetide.processor.query.promql.syntax.Expr;
import io.tracetide.processor.query.promql.syntax.Parser;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import io.tracetide.processor.query.promql.syntax.SeriesMatcher;
import io.tracetide.processor.query.promql.syntax.SyntaxLimits;
import io.tracetide.processor.query.trace.LedgerView;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Answers the requests of Prometheus' query API. */
public final class PrometheusQueries {
  private static final SyntaxLimits SYNTAX = SyntaxLimits.defaults();
  private static final EvaluationLimits EVALUATION = EvaluationLimits.defaults();

  /** Shorter than the default time of a request, so that the client gets the reason. */
  private static final Duration LONGEST = Duration.ofSeconds(12);

  /* Of a heap of 512 MB, which also serves windows and stores. */
  private static final long MAX_BYTES_OF_ONE = 64L << 20;
  private static final long MAX_BYTES_OF_ALL = 128L << 20;

  private final WindowView windows;
  private final AnomalyView anomalies;
  private final Optional<LedgerView> ledger;
  private final List<WindowTier> tiers;
  private final int maxPoints;
  private final ReadMemory memory = new ReadMemory(MAX_BYTES_OF_ONE, MAX_BYTES_OF_ALL);

  /**
   * Queries of these views.
   *
   * @param ledger empty when traces in flight are not followed
   * @param tiers tiers of the windows that are kept
   * @param maxPoints values of all series in one answer; more are rejected
   */
  public PrometheusQueries(
      WindowView windows,
      AnomalyView anomalies,
      Optional<LedgerView> ledger,
      List<WindowTier> tiers,
      int maxPoints) {
    this.windows = windows;
    this.anomalies = anomalies;
    this.ledger = ledger;
    this.tiers = List.copyOf(tiers);
    this.maxPoints = maxPoints;
  }

  /**
   * Who asks, and when.
   *
   * @param allowed tenants of the caller
   * @param cancelled whether the answer is not needed any more
   */
  record Request(
      FormParameters parameters,
      Tenants allowed,
      Instant now,
      LongSupplier nanoTime,
      BooleanSupplier cancelled) {}

  /**
   * An answer.
   *
   * @param warnings what is missing or should be known
   */
  record Answer(Data data, List<String> warnings) {
    Answer {
      warnings = List.copyOf(warnings);
    }
  }

  Answer instant(Request request) {
    Expr query = parse(request);
    long timeMs = request.parameters().timeMs("time").orElse(request.now().toEpochMilli());
    Steps steps = Steps.at(timeMs);
    QueryOutcome outcome = evaluate(request, query, steps);
    return new Answer(PrometheusJson.instant(outcome, steps), outcome.warnings());
  }

  Answer range(Request request) {
    Expr query = parse(request);
    Steps steps = request.parameters().steps(EVALUATION.steps());
    QueryOutcome outcome = evaluate(request, query, steps);
    if (outcome.value() instanceof StringValue) {
      throw PromqlException.badData(
          "invalid expression type \"string\" for range query, must be scalar or instant vector");
    }
    return new Answer(PrometheusJson.range(outcome, steps), outcome.warnings());
  }

  /**
   * Evaluates a query for an API with another form of answers.
   *
   * @param allowed tenants of the caller
   * @param cancelled whether the answer is not needed any more
   * @throws PromqlException if the query cannot be evaluated
   */
  public QueryOutcome evaluate(
      String query, Steps steps, Tenants allowed, Instant now, BooleanSupplier cancelled) {
    Request request = new Request(FormParameters.NONE, allowed, now, System::nanoTime, cancelled);
    return evaluate(request, Parser.parse(query, SYNTAX), steps);
  }

  private static Expr parse(Request request) {
    String query = request.parameters().required("query");
    if (request.parameters().one("lookback_delta").isPresent()) {
      throw PromqlException.badData("the parameter \"lookback_delta\" is not supported");
    }
    return Parser.parse(query, SYNTAX);
  }

  private QueryOutcome evaluate(Request request, Expr query, Steps steps) {
    Reader reader = reader(request);
    QueryOutcome outcome =
        Evaluator.evaluate(
            query, steps, new StoreSeriesSource(reader, tiers), SYNTAX, EVALUATION, reader.check());
    if (outcome.value() instanceof VectorValue vector) {
      long points = vector.series().stream().mapToLong(series -> series.samples().size()).sum();
      if (points > maxPoints) {
        throw PromqlException.execution(
            ("the answer would have %d values, and %d are allowed: aggregate the series, or use a"
                    + " longer step")
                .formatted(points, maxPoints));
      }
    }
    return outcome;
  }

  Answer series(Request request) {
    List<List<SeriesMatcher>> selectors = selectors(request);
    if (selectors.isEmpty()) {
      throw PromqlException.badData("no match[] parameter provided");
    }
    return names(request).series(selectors);
  }

  Answer labels(Request request) {
    return names(request).labels(selectors(request));
  }

  Answer labelValues(Request request, String label) {
    return names(request).values(label, selectors(request));
  }

  private NameSearch names(Request request) {
    FormParameters parameters = request.parameters();
    return NameSearch.of(
        reader(request),
        tiers,
        parameters.timeMs("start"),
        parameters.timeMs("end"),
        parameters.limit(maxPoints));
  }

  Answer exemplars(Request request) {
    FormParameters parameters = request.parameters();
    parameters.required("start");
    parameters.required("end");
    return new ExemplarSearch(reader(request), tiers, maxPoints)
        .answer(
            Parser.parse(parameters.required("query"), SYNTAX),
            parameters.timeMs("start").orElseThrow(),
            parameters.timeMs("end").orElseThrow());
  }

  Answer alerts(Request request) {
    return OpenAlerts.answer(reader(request));
  }

  private static List<List<SeriesMatcher>> selectors(Request request) {
    return request.parameters().all("match[]").stream()
        .map(text -> Parser.selector(text, SYNTAX))
        .toList();
  }

  /** A reader for a request that holds no windows. */
  private Reader reader(Request request) {
    return reader(request, memory.share());
  }

  private Reader reader(Request request, ReadMemory.Share share) {
    Duration limit =
        request.parameters().durationMs("timeout").stream()
            .mapToObj(Duration::ofMillis)
            .filter(given -> given.compareTo(LONGEST) < 0)
            .findFirst()
            .orElse(LONGEST);
    return new Reader(
        windows,
        anomalies,
        ledger,
        request.parameters().tenants(request.allowed()),
        request.now(),
        new QueryBudget(limit, request.nanoTime(), request.cancelled()),
        share);
  }
}
