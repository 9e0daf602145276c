package io.tracetide.processor.query.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Prometheus of the test; needs the Debian package prometheus. */
public final class RealPrometheus implements AutoCloseable {
  private static final int SECONDS = 120;

  private final Process process;
  private final String url;
  private final HttpClient client = HttpClient.newHttpClient();

  private RealPrometheus(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Writes the samples to blocks and serves them. */
  static RealPrometheus start(Path directory, String openMetrics) throws Exception {
    Path samples = Files.writeString(directory.resolve("samples.txt"), openMetrics);
    Path blocks = directory.resolve("blocks");
    Process loading =
        process(
            directory.resolve("import.log"),
            List.of(
                "promtool",
                "tsdb",
                "create-blocks-from",
                "openmetrics",
                "--quiet",
                samples.toString(),
                blocks.toString()));
    boolean ended = loading.waitFor(SECONDS, TimeUnit.SECONDS);
    if (!ended || loading.exitValue() != 0) {
      throw new AssertionError(Files.readString(directory.resolve("import.log")));
    }
    return start(
        directory,
        "global: {}\n",
        "--storage.tsdb.path=" + blocks,
        "--storage.tsdb.retention.time=100y");
  }

  /**
   * Starts a server.
   *
   * @param directory of its files
   * @param configuration its configuration, in YAML
   */
  public static RealPrometheus start(Path directory, String configuration, String... flags)
      throws Exception {
    int port = freePort();
    Path config = Files.writeString(directory.resolve("prometheus.yml"), configuration);
    List<String> command =
        new ArrayList<>(
            List.of(
                "prometheus", "--config.file=" + config, "--web.listen-address=127.0.0.1:" + port));
    command.addAll(List.of(flags));
    if (command.stream().noneMatch(flag -> flag.startsWith("--storage.tsdb.path="))) {
      command.add("--storage.tsdb.path=" + directory.resolve("data"));
    }
    RealPrometheus prometheus =
        new RealPrometheus(
            process(directory.resolve("prometheus.log"), command), "http://127.0.0.1:" + port);
    await()
        .atMost(Duration.ofSeconds(SECONDS))
        .ignoreExceptions()
        .until(() -> prometheus.get("/-/ready").statusCode() == 200);
    return prometheus;
  }

  /** Base URL of the server. */
  public String url() {
    return url;
  }

  private static Process process(Path log, List<String> command) {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start();
    } catch (IOException e) {
      throw new AssertionError(
          command.get(0) + " is missing: install the Debian package prometheus", e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(url + path)).build(),
        HttpResponse.BodyHandlers.ofString(UTF_8));
  }

  public JsonNode json(String path) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(get(path).body());
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor(SECONDS, TimeUnit.SECONDS);
  }
}
