package io.tracetide.standalone.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.alertmanager.AlertmanagerConfig;
import io.tracetide.alert.channel.alertmanager.BasicAuthConfig;
import io.tracetide.runtime.config.Secret;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Alertmanager channel and Prometheus' Alertmanager, which must be installed. */
class AlertmanagerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> PROGRAMS = List.of("prometheus-alertmanager", "alertmanager");

  @TempDir Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private Process alertmanager;
  private String url;

  @BeforeEach
  void start() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    url = "http://127.0.0.1:" + port;
    Path config =
        Files.writeString(
            directory.resolve("alertmanager.yml"),
            "route: {receiver: none}\nreceivers: [{name: none}]\n");
    alertmanager =
        new ProcessBuilder(
                program(),
                "--config.file=" + config,
                "--storage.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--cluster.listen-address=")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(get("/-/ready").statusCode()).isEqualTo(200));
  }

  private static String program() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(path -> PROGRAMS.stream().map(name -> Path.of(path, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString)
        .orElseThrow(
            () ->
                new AssertionError(
                    "none of " + PROGRAMS + " is on the PATH: install prometheus-alertmanager"));
  }

  @AfterEach
  void stop() throws Exception {
    Optional<Process> started = Optional.ofNullable(alertmanager);
    started.ifPresent(Process::destroy);
    if (started.isPresent() && !alertmanager.waitFor(10, TimeUnit.SECONDS)) {
      alertmanager.destroyForcibly();
    }
  }

  @Test
  void shouldShowTheAlertUntilItIsResolved() throws Exception {
    SampleNotifications notifications = new SampleNotifications("checkout");
    AlertmanagerConfig config =
        new AlertmanagerConfig(
            List.of(Secret.of(url + "/")),
            BasicAuthConfig.defaults(),
            Secret.NONE,
            Duration.ofHours(2),
            true,
            true,
            Duration.ofSeconds(5),
            Duration.ofSeconds(10));
    try (Channel channel = config.open(ChannelContext.of("ops", Clock.systemUTC()))) {
      assertThat(channel.deliver(SampleNotifications.message(notifications.firing())))
          .isEqualTo(new Delivered());
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(alerts()).hasSize(1));

      JsonNode alert = alerts().get(0);
      assertThat(alert.at("/status/state").asText()).isIn("active", "unprocessed");
      assertThat(alert.at("/labels/service").asText()).isEqualTo("checkout");
      assertThat(alert.at("/labels/k8s_pod_name").asText()).isEqualTo("pay-0");
      assertThat(alert.at("/annotations/summary").asText()).contains("{{ quoted }}");
      assertThat(Instant.parse(alert.get("endsAt").asText()))
          .isAfter(Instant.now().plus(Duration.ofMinutes(110)));

      assertThat(channel.deliver(SampleNotifications.message(notifications.resolved())))
          .isEqualTo(new Delivered());
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(alerts()).isEmpty());
    }
  }

  private JsonNode alerts() throws Exception {
    return new ObjectMapper().readTree(get("/api/v2/alerts").body());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(5)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
