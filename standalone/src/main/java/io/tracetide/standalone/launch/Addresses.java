package io.tracetide.standalone.launch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.process.PidFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The addresses of a standalone. They are printed in the READY line and, for the tools, stored in a
 * file of the data directory while the standalone runs.
 *
 * @param dashboard base URL of the processor
 * @param otlpHttp base URL of the gateway
 * @param otlpGrpc {@code host:port} of the gateway's gRPC
 * @param kafka {@code host:port} of the broker
 * @param registry base URL of the schema registry's API
 * @param alerts base URL of the alert sink
 * @param configuration the configuration files of the standalone, in their order
 */
public record Addresses(
    String dashboard,
    String otlpHttp,
    String otlpGrpc,
    String kafka,
    String registry,
    String alerts,
    List<Path> configuration) {

  public Addresses {
    configuration = List.copyOf(configuration);
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONFIGURATION = "configuration";
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** The line that scripts wait for. */
  public String readyLine() {
    return fields().entrySet().stream()
        .map(field -> field.getKey() + "=" + field.getValue())
        .collect(Collectors.joining(" ", "READY ", ""));
  }

  private Map<String, String> fields() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("dashboard", dashboard);
    fields.put("otlp-http", otlpHttp);
    fields.put("otlp-grpc", otlpGrpc);
    fields.put("kafka", kafka);
    fields.put("registry", registry);
    fields.put("alerts", alerts);
    return fields;
  }

  /** The standalone's configuration, overlaid with further files, with its addresses. */
  public TracetideConfig configUnder(List<Path> files, Map<String, String> environment) {
    List<Path> all = new ArrayList<>(configuration);
    all.addAll(files);
    return applyTo(TracetideConfig.read(all, environment));
  }

  /** The configuration of a client of this standalone. */
  public TracetideConfig applyTo(TracetideConfig config) {
    Map<String, Object> overlay =
        Map.of("kafka", Map.of("bootstrapServers", kafka), "registry", Map.of("url", registry));
    try {
      return ConfigReader.parse(JSON.writeValueAsString(overlay), config, Map.of());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pid file of the process that has locked the data directory. */
  static PidFile pidFile(Path dataDirectory) {
    return new PidFile(dataDirectory.resolve("run").resolve("standalone.pid"));
  }

  private static Path file(Path dataDirectory) {
    return dataDirectory.resolve("run").resolve("addresses.json");
  }

  /** Writes them to the data directory, readable only by its owner. */
  void write(Path dataDirectory) {
    Path file = file(dataDirectory);
    Map<String, Object> content = new LinkedHashMap<>(fields());
    content.put(
        CONFIGURATION,
        configuration.stream().map(each -> each.toAbsolutePath().normalize().toString()).toList());
    try {
      Path whole = Files.createTempFile(file.getParent(), "addresses", ".tmp", OWNER_ONLY);
      Files.writeString(
          whole, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n");
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EnvironmentException(
          "%s cannot be written (%s)".formatted(file, e.getMessage()), e);
    }
  }

  static void delete(Path dataDirectory) {
    try {
      Files.deleteIfExists(file(dataDirectory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The addresses of the standalone that runs in a data directory.
   *
   * @throws EnvironmentException when none runs there, or it is not ready yet
   */
  public static Addresses of(Path dataDirectory) {
    Path directory = dataDirectory.toAbsolutePath().normalize();
    Path file = file(directory);
    boolean runs = pidFile(directory).process().isPresent();
    if (!runs && Files.exists(file)) {
      throw new EnvironmentException(
          "the standalone of %s has ended: start it again, or name the addresses themselves"
              .formatted(file));
    }
    if (!runs) {
      throw new EnvironmentException(
          "no standalone runs in %s: start one there, name another --data-dir, or name the addresses themselves"
              .formatted(directory));
    }
    if (!Files.exists(file)) {
      throw new EnvironmentException(
          "the standalone in %s is not ready yet: wait for its READY line".formatted(directory));
    }
    return read(file);
  }

  /** The same; empty when none runs there. */
  public static Optional<Addresses> find(Path dataDirectory) {
    Path directory = dataDirectory.toAbsolutePath().normalize();
    return pidFile(directory).process().isPresent() && Files.exists(file(directory))
        ? Optional.of(read(file(directory)))
        : Optional.empty();
  }

  private static Addresses read(Path file) {
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      return new Addresses(
          text(json, "dashboard"),
          text(json, "otlp-http"),
          text(json, "otlp-grpc"),
          text(json, "kafka"),
          text(json, "registry"),
          text(json, "alerts"),
          files(json));
    } catch (IOException | IllegalArgumentException e) {
      throw new EnvironmentException(
          "%s cannot be read (%s): start the standalone again, or name the addresses themselves"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static List<Path> files(JsonNode json) {
    List<Path> files = new ArrayList<>();
    json.path(CONFIGURATION).forEach(file -> files.add(Path.of(file.asText())));
    return files;
  }

  private static String text(JsonNode json, String field) {
    if (!json.path(field).isTextual()) {
      throw new IllegalArgumentException(field + " is missing");
    }
    return json.path(field).asText();
  }
}
