package io.tracetide.standalone.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.environment.LoopbackPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRegistryIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String RECORD =
      "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"R\\\",\\\"fields\\\":[{\\\"name\\\":\\\"%s\\\",\\\"type\\\":\\\"int\\\"}]}\"}";

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir Path directory;

  @Test
  void shouldKeepSchemaIdsWhenKilledAndWhenRestarted() throws Exception {
    String first;
    String second;
    int port = LoopbackPort.free();
    try (DataDirectory data = DataDirectory.claim(directory)) {
      try (EmbeddedRegistry registry =
          EmbeddedRegistry.start(EmbeddedRegistry.bundled(), data, port, PATIENCE)) {
        first = register(registry, "a");
        second = register(registry, "b");
        registry.process().kill();
        await().atMost(PATIENCE).until(() -> registry.process().restarts() == 1);
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .untilAsserted(() -> assertThat(register(registry, "a")).isEqualTo(first));
        assertThat(register(registry, "b")).isEqualTo(second);
      }
      try (EmbeddedRegistry registry =
          EmbeddedRegistry.start(EmbeddedRegistry.bundled(), data, port, PATIENCE)) {
        assertThat(register(registry, "b")).isEqualTo(second).isNotEqualTo(first);
        assertThat(register(registry, "a")).isEqualTo(first);
      }
    }
  }

  @Test
  void shouldSayHowToBuildItWhenItsProgramIsMissing() {
    try (DataDirectory data = DataDirectory.claim(directory)) {
      assertThatThrownBy(
              () -> EmbeddedRegistry.start(directory.resolve("nowhere"), data, 0, PATIENCE))
          .isInstanceOf(EnvironmentException.class)
          .hasMessageContaining("mvn");
    }
  }

  @Test
  void shouldListenOnLoopbackOnly() throws Exception {
    try (DataDirectory data = DataDirectory.claim(directory);
        EmbeddedRegistry registry =
            EmbeddedRegistry.start(EmbeddedRegistry.bundled(), data, 0, PATIENCE)) {
      assertThat(listeners(registry.process().pid()))
          .isNotEmpty()
          .allMatch(address -> address.endsWith("0100007F"));
    }
  }

  /** Local addresses, as the kernel writes them, of the process's listening sockets. */
  private static java.util.List<String> listeners(long pid) throws IOException {
    java.util.Set<String> inodes = new java.util.HashSet<>();
    try (var links = Files.list(Path.of("/proc", String.valueOf(pid), "fd"))) {
      for (Path link : links.toList()) {
        try {
          String target = Files.readSymbolicLink(link).toString();
          if (target.startsWith("socket:[")) {
            inodes.add(target.substring(8, target.length() - 1));
          }
        } catch (java.nio.file.NoSuchFileException e) {
          // Closed meanwhile.
        }
      }
    }
    java.util.List<String> addresses = new java.util.ArrayList<>();
    for (String table : java.util.List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
        String[] fields = line.trim().split("\\s+");
        if (fields.length > 9 && fields[3].equals("0A") && inodes.contains(fields[9])) {
          addresses.add(fields[1].split(":")[0]);
        }
      }
    }
    return addresses;
  }

  private String register(EmbeddedRegistry registry, String field) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(
                    URI.create(registry.url() + "/subjects/" + field + "-value/versions"))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .POST(HttpRequest.BodyPublishers.ofString(RECORD.formatted(field)))
                .timeout(Duration.ofSeconds(10))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }
}
