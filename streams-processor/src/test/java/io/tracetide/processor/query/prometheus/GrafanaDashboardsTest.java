package io.tracetide.processor.query.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.processor.query.anomaly.Episodes;
import io.tracetide.processor.query.peer.LocalLedgers;
import io.tracetide.processor.query.promql.EvaluationLimits;
import io.tracetide.processor.query.promql.Evaluator;
import io.tracetide.processor.query.promql.QueryOutcome;
import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Steps;
import io.tracetide.processor.query.promql.syntax.Parser;
import io.tracetide.processor.query.promql.syntax.SyntaxLimits;
import io.tracetide.processor.query.trace.MemoryLedger;
import io.tracetide.processor.query.trace.Traces;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.schemas.Severity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every query of the provisioned dashboards has an answer. */
class GrafanaDashboardsTest {
  private static final Path DASHBOARDS = Path.of("../deploy/grafana/dashboards");
  private static final Instant NOW = Instant.ofEpochMilli(SpanHistory.END_MS);
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*), ([a-z_]+)\\)");
  private static final MemoryWindows WINDOWS = new SpanHistory(5).windows();

  @ParameterizedTest
  @ValueSource(strings = {"services.json", "service.json"})
  void shouldAnswerEveryQuery(String file) throws Exception {
    JsonNode dashboard = new ObjectMapper().readTree(DASHBOARDS.resolve(file).toFile());
    List<String> queries = new ArrayList<>();
    for (JsonNode panel : dashboard.get("panels")) {
      assertThat(panel.at("/datasource/uid").asText()).isEqualTo("tracetide");
      for (JsonNode target : panel.get("targets")) {
        String query = target.get("expr").asText();
        queries.add(query);
        requireAnswer(query, target.path("instant").asBoolean());
      }
    }
    assertThat(queries).hasSizeGreaterThanOrEqualTo(7);
    for (JsonNode variable : dashboard.at("/templating/list")) {
      Matcher values = LABEL_VALUES.matcher(variable.at("/query/query").asText());
      assertThat(values.matches()).as(variable.toString()).isTrue();
      assertThat(Parser.selector(interpolated(values.group(1)), SyntaxLimits.defaults()))
          .isNotEmpty();
    }
  }

  private static void requireAnswer(String query, boolean instant) {
    Steps steps =
        instant
            ? Steps.at(SpanHistory.END_MS)
            : new Steps(SpanHistory.END_MS - 3_600_000, 60_000, 61);
    QueryOutcome outcome =
        Evaluator.evaluate(
            Parser.parse(interpolated(query), SyntaxLimits.defaults()),
            steps,
            new StoreSeriesSource(reader(), WindowTier.ALL),
            SyntaxLimits.defaults(),
            EvaluationLimits.defaults(),
            () -> {});
    assertThat(outcome.warnings()).as(query).isEmpty();
    assertThat(((VectorValue) outcome.value()).series()).as(query).isNotEmpty();
  }

  /** As Grafana replaces variables. */
  private static String interpolated(String query) {
    String replaced =
        query
            .replace("$__rate_interval", "4m")
            .replace("$tenant", "(default|acme)")
            .replace("$service", "shop");
    assertThat(replaced).doesNotContain("$");
    return replaced;
  }

  private static Reader reader() {
    MemoryLedger ledger = new MemoryLedger();
    ledger.put(Traces.running("t-1", "shop", "pay", NOW).snapshot());
    return new Reader(
        WINDOWS,
        reader -> {
          reader.accept(Episodes.open("shop", "pay", Severity.HIGH, NOW.minusSeconds(600)));
          return List.of();
        },
        Optional.of(LocalLedgers.view(List.of(ledger))),
        Tenants.ALL,
        NOW,
        () -> {},
        new ReadMemory(1L << 30, 1L << 30).share());
  }
}
