package io.tracetide.processor.query.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.query.promql.EvaluationLimits;
import io.tracetide.processor.query.promql.Evaluator;
import io.tracetide.processor.query.promql.source.Steps;
import io.tracetide.processor.query.promql.syntax.Parser;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import io.tracetide.processor.query.promql.syntax.SyntaxLimits;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QueryBudgetTest {
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void shouldEndAQueryWhoseTimeIsOver() {
    // Each look at the clock takes a millisecond.
    QueryBudget budget =
        new QueryBudget(Duration.ofMillis(20), () -> nanos.addAndGet(1_000_000), () -> false);

    assertThatThrownBy(() -> evaluate(budget))
        .isInstanceOfSatisfying(
            PromqlException.class,
            e -> assertThat(e.kind()).isEqualTo(PromqlException.Kind.TIMEOUT))
        .hasMessageContaining("timed out")
        .hasMessageContaining("20 ms");
    assertThat(Duration.ofNanos(nanos.get())).isLessThan(Duration.ofMillis(30));
  }

  @Test
  void shouldEndAQueryWhoseClientHasDisconnected() {
    QueryBudget budget = new QueryBudget(Duration.ofSeconds(1), () -> 0, () -> true);

    assertThatThrownBy(() -> evaluate(budget)).isInstanceOf(CancellationException.class);
  }

  private static void evaluate(QueryBudget budget) {
    Reader reader =
        new Reader(
            new SpanHistory(1).windows(),
            consumer -> List.of(),
            Optional.empty(),
            Tenants.ALL,
            Instant.ofEpochMilli(SpanHistory.END_MS),
            budget,
            new ReadMemory(1L << 30, 1L << 30).share());
    Evaluator.evaluate(
        Parser.parse("sum(rate(traces_span_metrics_calls_total[1h]))", SyntaxLimits.defaults()),
        Steps.at(SpanHistory.END_MS - 10_000),
        new StoreSeriesSource(reader, WindowTier.ALL),
        SyntaxLimits.defaults(),
        EvaluationLimits.defaults(),
        budget);
  }
}
