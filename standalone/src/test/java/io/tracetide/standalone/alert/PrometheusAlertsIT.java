package io.tracetide.standalone.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.standalone.alert.AlertingFixture.Run;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus sends its alerts to the sink as to an Alertmanager. */
class PrometheusAlertsIT {
  private static final String PACKAGE = "prometheus";
  private static final int STOP_SECONDS = 30;

  @TempDir Path directory;

  @Test
  void shouldNotifyOfAnAlertOfPrometheusAndOfItsResolution() throws Exception {
    try (AlertingFixture sink = new AlertingFixture(directory)) {
      Process prometheus = prometheus(sink.url());
      try {
        awaitPost(sink, prometheus, "firing");
        JsonNode alert = post(sink, "firing").at("/alerts/0");
        assertThat(alert.at("/labels/alertname").asText()).isEqualTo("Always");
        assertThat(alert.at("/labels/severity").asText()).isEqualTo("page");
        assertThat(alert.at("/annotations/summary").asText()).isEqualTo("one is 1");
        assertThat(alert.at("/generatorURL").asText()).contains("/graph?");
        Run query = sink.amtool("alert", "query", "Always");
        assertThat(query.out()).contains("one is 1", "active");

        rule("vector(0) > 0");
        Run reload = AlertingFixture.run("procps", "kill", "-HUP", Long.toString(prometheus.pid()));
        assertThat(reload.exit()).isZero();
        awaitPost(sink, prometheus, "resolved");
        assertThat(sink.amtool("alert", "query", "Always").out()).doesNotContain("active");
      } finally {
        prometheus.destroy();
        assertThat(prometheus.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  private void awaitPost(AlertingFixture sink, Process prometheus, String status) {
    await()
        .atMost(AlertingFixture.PATIENCE)
        .until(
            () -> {
              assertThat(prometheus.isAlive()).as(this::log).isTrue();
              return post(sink, status) != null;
            });
  }

  private static JsonNode post(AlertingFixture sink, String status) {
    return sink.posts.stream()
        .filter(post -> post.path("status").asText().equals(status))
        .findFirst()
        .orElse(null);
  }

  private Process prometheus(String sink) throws IOException {
    rule("vector(1) > 0");
    Path config =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            global: {evaluation_interval: 1s}
            rule_files: [rules.yml]
            alerting:
              alertmanagers:
                - static_configs: [{targets: ['%s']}]
            """
                .formatted(URI.create(sink).getAuthority()));
    return AlertingFixture.start(
        PACKAGE,
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + freePort(),
                "--rules.alert.resend-delay=1s")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("prometheus.log").toFile()));
  }

  private void rule(String expression) throws IOException {
    Files.writeString(
        directory.resolve("rules.yml"),
        """
        groups:
          - name: test
            rules:
              - alert: Always
                expr: %s
                labels: {severity: page}
                annotations: {summary: 'one is {{ $value }}'}
        """
            .formatted(expression));
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("prometheus.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
