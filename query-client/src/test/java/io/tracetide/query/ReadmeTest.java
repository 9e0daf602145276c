package io.tracetide.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.query.answer.FleetDashboard;
import io.tracetide.query.answer.MetricsChange;
import io.tracetide.query.answer.WindowAnalytics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compiles the snippets of the README; QueryClientIT runs the same calls. */
class ReadmeTest {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void shouldHaveEverySnippetOfTheReadme() throws IOException {
    String here =
        squeezed(
            Files.readString(
                Path.of("src/test/java", ReadmeTest.class.getName().replace('.', '/') + ".java")));
    Matcher snippets = JAVA.matcher(Files.readString(Path.of("README.md")));
    int count = 0;
    while (snippets.find()) {
      assertThat(here).contains(squeezed(snippets.group(1)));
      count++;
    }
    assertThat(count).isEqualTo(2);
  }

  private static String squeezed(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  static void queries(String token) {
    try (TracetideQueries queries =
        TracetideQueries.builder("https://tracetide.example:8080")
            .token(token)
            .trust(Path.of("ca.pem"))
            .requestTimeout(Duration.ofSeconds(10))
            .build()) {
      FleetDashboard dashboard =
          queries.dashboard(Query.last(Duration.ofMinutes(15)).tenant("acme"));
      for (FleetDashboard.Service service : dashboard.services()) {
        System.out.println(service.service() + " p95 in ms: " + service.p95Ms());
      }
      queries
          .traces(Query.ALL.state("stuck").service("checkout"))
          .limit(10)
          .forEach(trace -> System.out.println(trace.traceId()));
    }
  }

  static LiveSubscription live(TracetideQueries queries) {
    Map<Instant, WindowAnalytics.Point> points = new ConcurrentHashMap<>();
    LiveSubscription live =
        queries.liveMetrics(
            Query.last(Duration.ofMinutes(5)).services("checkout"),
            new LiveListener<>() {
              @Override
              public void onUpdate(SubscriptionUpdate<MetricsChange> update) {
                if (update.snapshot()) {
                  points.clear();
                }
                for (WindowAnalytics.Series series : update.content().series()) {
                  series.points().forEach(point -> points.put(point.start(), point));
                }
              }

              @Override
              public void onState(LiveState state, QueryException why) {
                System.out.println(state + (why == null ? "" : ": " + why.getMessage()));
              }
            });
    return live;
  }
}
