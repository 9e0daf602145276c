package io.tracetide.alert.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.alert.count.StateCounter;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.runtime.meter.RoleMeters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The meters of alerts and silences by state, over the decision in a test driver. */
class StateMetersTest {
  private final PrometheusMeterRegistry meters = RoleMeters.create(SinkMetrics.HELP);

  @TempDir private Path directory;
  private ApiFixture api;
  private StateCounter counter;

  @BeforeEach
  void start() {
    api = new ApiFixture(directory);
    counter = new StateCounter(api.book(), () -> api.routing, new SinkMetrics(meters), api.clock());
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void shouldCountAlertsAsTheApiShowsThem() throws Exception {
    api.routing = ApiFixture.inhibitingAndPending(Duration.ofMinutes(5));
    api.alert("{\"alertname\":\"Down\",\"service\":\"shop\",\"severity\":\"critical\"}");
    api.alert("{\"alertname\":\"Errors\",\"service\":\"shop\",\"severity\":\"warning\"}");
    api.alert("{\"alertname\":\"Errors\",\"service\":\"cart\",\"severity\":\"warning\"}");
    api.alert("{\"alertname\":\"Slow\",\"service\":\"cart\"}");
    api.alert("{\"alertname\":\"Errors\",\"service\":\"pay\",\"tenant\":\"other\"}");
    api.silence("service", "cart");
    assertThat(counter.count()).isTrue();

    assertThat(alerts("active")).isEqualTo(2);
    assertThat(alerts("suppressed")).isEqualTo(2);
    assertThat(alerts("unprocessed")).isEqualTo(1);
    assertThat(api.json("/api/v2/alerts").findValuesAsText("state"))
        .containsExactlyInAnyOrder("active", "active", "suppressed", "suppressed", "unprocessed");
    assertThat(silences("active")).isEqualTo(1);
    assertThat(silences("pending")).isZero();
  }

  @Test
  void shouldCountChangesThatAreOnlyDueToTime() throws Exception {
    api.alert("{\"alertname\":\"Down\",\"service\":\"shop\"}");
    api.silence("service", "shop");
    counter.count();
    assertThat(alerts("suppressed")).isEqualTo(1);
    assertThat(silences("expired")).isZero();

    api.advance(Duration.ofHours(3));
    api.alert("{\"alertname\":\"Down\",\"service\":\"shop\"}");
    counter.count();
    assertThat(alerts("suppressed")).isZero();
    assertThat(alerts("active")).isEqualTo(1);
    assertThat(silences("expired")).isEqualTo(1);

    api.advance(Duration.ofMinutes(30));
    counter.count();
    assertThat(alerts("active")).as("resolved alerts").isZero();
  }

  @Test
  void shouldHaveNoNumbersRatherThanTooLowOnes() throws Exception {
    api.alert("{\"alertname\":\"Down\"}");
    assertThat(counter.count()).isTrue();
    assertThat(meters.scrape()).contains("alertmanager_alerts{state=\"active\"} 1.0");

    api.open = false;
    assertThat(counter.count()).isFalse();
    assertThat(meters.scrape())
        .doesNotContain("alertmanager_alerts{", "alertmanager_silences{")
        .contains("alertmanager_cluster_members 1.0");

    api.open = true;
    api.held = Set.of();
    assertThat(counter.count()).isFalse();
    api.held = Set.of(0);
    api.others.add("127.0.0.1:1");
    assertThat(counter.count()).isTrue();
    assertThat(meters.scrape())
        .contains("alertmanager_alerts{state=\"active\"} 1.0", "alertmanager_cluster_members 2.0");
  }

  @Test
  void shouldCountInAThreadOfItsOwn() throws Exception {
    api.alert("{\"alertname\":\"Down\"}");
    try (StateCounter started =
        StateCounter.start(api.book(), () -> api.routing, new SinkMetrics(meters), api.clock())) {
      assertThat(started).isNotNull();
      await()
          .untilAsserted(
              () ->
                  assertThat(meters.scrape())
                      .contains("alertmanager_alerts{state=\"active\"} 1.0"));
    }
  }

  private double alerts(String state) {
    return meters.get("alertmanager.alerts").tag("state", state).gauge().value();
  }

  private double silences(String state) {
    return meters.get("alertmanager.silences").tag("state", state).gauge().value();
  }
}
