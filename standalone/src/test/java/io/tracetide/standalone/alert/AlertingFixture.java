package io.tracetide.standalone.alert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tracetide.alert.SinkApp;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A sink on a broker of its own, which notifies a webhook of this test at once. */
final class AlertingFixture implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int PROGRAM_SECONDS = 60;

  /** Bodies that the webhook received. */
  final List<JsonNode> posts = new CopyOnWriteArrayList<>();

  private final PipelineFixture kafka;
  private final HttpServer webhook;
  private final SinkApp sink;

  AlertingFixture(Path directory) throws IOException {
    kafka = PipelineFixture.in(directory).partitions(2).start();
    webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhook.createContext(
        "/",
        exchange -> {
          posts.add(new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    webhook.start();
    TracetideConfig config =
        ConfigReader.parse(
            """
            sink:
              receivers:
                - name: ops
                  webhook: {url: "http://127.0.0.1:%d/", allowHttp: true, allowPrivate: true}
                - name: log
                  log: {}
              route:
                receiver: ops
                groupBy: [alertname]
                groupWait: 0s
                groupInterval: 1s
                routes:
                  - receiver: log
                    matchers: ['team=~"a|b"']
            """
                .formatted(webhook.getAddress().getPort()),
            kafka.config(directory.resolve("state")),
            Map.of());
    sink = SinkApp.start(config.sink(), config.kafka(), config.registry(), Clock.systemUTC());
    await().atMost(PATIENCE).until(() -> sink.health().report().isUp());
  }

  /** Base URL of the API. */
  String url() {
    return sink.url();
  }

  /** The exit code and the output of a program. */
  record Run(int exit, String out) {}

  /** Runs a program of a Debian package to its end. */
  static Run run(String debianPackage, String... command) throws Exception {
    Process process = start(debianPackage, new ProcessBuilder(command).redirectErrorStream(true));
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(PROGRAM_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    return new Run(process.exitValue(), out);
  }

  /** Starts a program; its absence is an error with the name of the package. */
  static Process start(String debianPackage, ProcessBuilder program) {
    try {
      return program.start();
    } catch (IOException e) {
      throw new AssertionError(
          program.command().get(0) + " is missing: install the Debian package " + debianPackage, e);
    }
  }

  /** Runs amtool against the sink, without the configuration of the user. */
  Run amtool(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("amtool", "--no-version-check", "--alertmanager.url=" + url()));
    command.addAll(Arrays.asList(arguments));
    return run("prometheus-alertmanager", command.toArray(String[]::new));
  }

  @Override
  public void close() {
    sink.close();
    webhook.stop(0);
    kafka.close();
  }

  /** Writes to a file that is removed with the test. */
  static File file(Path directory, String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toFile();
  }
}
