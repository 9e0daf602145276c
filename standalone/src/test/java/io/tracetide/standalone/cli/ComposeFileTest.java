package io.tracetide.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.alert.SinkConfig;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.gateway.metric.GatewayMetrics;
import io.tracetide.gateway.record.InFlight;
import io.tracetide.gateway.record.RequestRefusal;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.runtime.meter.RoleMeters;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.standalone.config.TracetideConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class ComposeFileTest {
  private static final Path ROOT = Path.of("..");
  private static final Set<String> ROLES = Set.of("gateway", "processor", "sink");
  private static final Path CONFIG = ROOT.resolve("deploy/tracetide.yaml");

  private final Map<String, Object> services = map(yaml("docker-compose.yml").get("services"));

  private static Map<String, Object> yaml(String file) {
    try {
      Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
      return map(yaml.load(Files.readString(ROOT.resolve(file))));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Map<String, Object> map(Object node) {
    Map<String, Object> map = new TreeMap<>();
    ((Map<?, ?>) node).forEach((key, value) -> map.put((String) key, value));
    return map;
  }

  private static List<String> texts(Object node) {
    return ((List<?>) node).stream().map(String::valueOf).toList();
  }

  private Map<String, Object> service(String name) {
    return map(services.get(name));
  }

  private static Map<String, Object> configured(String... path) {
    Map<String, Object> node = yaml("deploy/tracetide.yaml");
    for (String key : path) {
      node = map(node.get(key));
    }
    return node;
  }

  @Test
  void shouldRunEveryRoleWithTheSharedConfiguration() {
    assertThat(services.keySet()).containsAll(ROLES);
    for (String role : ROLES) {
      assertThat(texts(service(role).get("command")))
          .containsExactly(role, "--config", "/etc/tracetide/tracetide.yaml");
      assertThat(texts(service(role).get("volumes")))
          .contains("./deploy/tracetide.yaml:/etc/tracetide/tracetide.yaml:ro");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "processor", "sink", "setup"})
  void shouldRunCommandsThatExist(String name) {
    List<String> command = texts(service(name).get("command"));
    assertThat(commands()).contains(command.get(0));

    picocli.CommandLine subcommand = Main.commandLine().getSubcommands().get(command.get(0));

    assertThat(subcommand.getCommandSpec().optionsMap().keySet())
        .containsAll(command.stream().filter(word -> word.startsWith("--")).toList());
  }

  private static Set<String> commands() {
    return Main.commandLine().getSubcommands().keySet();
  }

  @Test
  void shouldHaveConfigurationThatReadsWithoutAProblem() {
    Map<String, Object> read = yaml("deploy/tracetide.yaml");
    SinkConfig sink =
        ConfigReader.parse(new Yaml().dump(read.remove("sink")), SinkConfig.defaults(), Map.of());

    TracetideConfig config =
        ConfigReader.parse(new Yaml().dump(read), TracetideConfig.defaults(), Map.of());

    assertThat(config.gateway().listener().insecure()).isTrue();
    assertThat(config.processor().listener().insecure()).isTrue();
    assertThat(sink.listener().insecure()).isTrue();
    assertThat(CONFIG).content().contains("neither authentication nor TLS");
  }

  @Test
  void shouldReachKafkaAndTheRegistryWhereTheyAre() {
    assertThat(map(service("kafka").get("environment")).get("KAFKA_ADVERTISED_LISTENERS"))
        .asString()
        .contains("://" + configured("kafka").get("bootstrapServers") + ",");
    assertThat(map(service("registry").get("environment")))
        .containsEntry(
            "APICURIO_KAFKASQL_BOOTSTRAP_SERVERS", configured("kafka").get("bootstrapServers"));
    URI registry = URI.create((String) configured("registry").get("url"));
    assertThat(services).containsKey(registry.getHost());
    assertThat(texts(service("registry").get("ports"))).anyMatch(p -> p.endsWith(":8080"));
    assertThat(registry.getPort()).isEqualTo(8080);
  }

  @Test
  void shouldPublishPortsOnLoopbackOnly() {
    for (String name : services.keySet()) {
      Object ports = service(name).get("ports");
      if (ports != null) {
        assertThat(texts(ports)).allMatch(port -> port.matches("127\\.0\\.0\\.1:\\d+:\\d+"));
      }
    }
  }

  @Test
  void shouldRestartAndWatchEveryServiceThatStays() {
    Set<String> lasting = new TreeSet<>(services.keySet());
    lasting.remove("setup");
    for (String name : lasting) {
      assertThat(service(name)).containsEntry("restart", "unless-stopped");
      assertThat(map(service(name).get("healthcheck"))).containsKeys("test", "interval");
    }
    for (String role : ROLES) {
      assertThat(map(service(role).get("healthcheck")).get("test").toString())
          .contains("/dev/tcp/127.0.0.1/" + configured(role, "listener").get("port"))
          .contains("GET /readyz ");
    }
  }

  @Test
  void shouldKeepStateInNamedVolumes() {
    Set<String> volumes = map(yaml("docker-compose.yml").get("volumes")).keySet();
    for (String role : List.of("processor", "sink")) {
      assertThat(texts(service(role).get("volumes")))
          .contains(role + "-state:" + configured(role).get("stateDir"));
    }
    for (String name : services.keySet()) {
      Object mounts = service(name).get("volumes");
      for (String mount : mounts == null ? List.<String>of() : texts(mounts)) {
        String source = mount.substring(0, mount.indexOf(':'));
        if (source.startsWith("./")) {
          assertThat(ROOT.resolve(source)).exists();
        } else {
          assertThat(volumes).contains(source);
        }
      }
    }
  }

  @Test
  void shouldScrapeEveryRoleWhereItListens() {
    Set<String> targets = new TreeSet<>();
    for (Object job : (List<?>) yaml("deploy/prometheus.yml").get("scrape_configs")) {
      for (Object group : (List<?>) map(job).get("static_configs")) {
        targets.addAll(texts(map(group).get("targets")));
      }
    }

    Set<String> listeners = new TreeSet<>();
    for (String role : ROLES) {
      Object port = configured(role, "listener").get("port");
      assertThat(texts(service(role).get("ports")))
          .contains("127.0.0.1:%s:%s".formatted(port, port));
      listeners.add(role + ":" + port);
    }
    assertThat(targets).isEqualTo(listeners);
  }

  @Test
  void shouldProvisionGrafanaWithTheDashboard() throws IOException {
    Map<String, Object> source =
        map(
            ((List<?>)
                    yaml("deploy/grafana/provisioning/datasources/prometheus.yml")
                        .get("datasources"))
                .get(0));
    assertThat(source)
        .containsEntry("url", "http://prometheus:9090")
        .containsEntry("uid", "prometheus");
    Map<String, Object> processor =
        map(
            ((List<?>)
                    yaml("deploy/grafana/provisioning/datasources/tracetide.yml")
                        .get("datasources"))
                .get(0));
    assertThat(processor)
        .containsEntry("uid", "tracetide")
        .containsEntry(
            "url", "http://processor:" + configured("processor", "listener").get("port"));
    Map<String, Object> provider =
        map(
            ((List<?>)
                    yaml("deploy/grafana/provisioning/dashboards/tracetide.yml").get("providers"))
                .get(0));
    Object path = map(provider.get("options")).get("path");
    assertThat(texts(service("grafana").get("volumes")))
        .contains("./deploy/grafana/dashboards:" + path + ":ro");
    assertThat(map(service("grafana").get("environment")))
        .containsEntry("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH", path + "/tracetide.json");
    for (JsonNode panel : dashboard().path("panels")) {
      assertThat(panel.path("datasource").path("uid").asText()).isEqualTo("prometheus");
    }
  }

  private static JsonNode dashboard() throws IOException {
    return new ObjectMapper()
        .readTree(ROOT.resolve("deploy/grafana/dashboards/tracetide.json").toFile());
  }

  @Test
  void shouldChartOnlyMetersThatTheRolesRegister() throws Exception {
    Set<String> known = exposed();
    Set<String> charted = new TreeSet<>();
    Pattern name = Pattern.compile("\\b(?:tracetide|jvm|process)_[a-z0-9_]+");
    for (JsonNode panel : dashboard().path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        Matcher names = name.matcher(target.path("expr").asText());
        while (names.find()) {
          charted.add(names.group());
        }
      }
    }

    assertThat(charted).hasSizeGreaterThan(15);
    assertThat(known).containsAll(charted);
  }

  /** Names of all series that the three roles expose, after each meter was used once. */
  private static Set<String> exposed() throws IOException, InterruptedException {
    PrometheusMeterRegistry meters = RoleMeters.create();
    GatewayMetrics gateway = new GatewayMetrics(meters, new InFlight(1), List.of("email"));
    gateway.received("otlp", 1);
    gateway.accepted("otlp", 1);
    gateway.refused("otlp", RequestRefusal.values()[0], 1);
    gateway.acknowledged(Duration.ofMillis(1));
    new ProcessorMetrics(meters);
    SinkMetrics sink = new SinkMetrics(meters);
    sink.received();
    sink.decided(AlertStatus.values()[0]);
    sink.poison("anomalies", "malformed");
    sink.outcome("log", "log", AlertStatus.values()[0]);
    sink.attempt("log", "log", "delivered", Duration.ofMillis(1));
    sink.delivered("log", Duration.ofMillis(1));
    sink.pending("log", () -> 0);
    String page;
    try (Listener listener =
        Listener.start(ListenerConfig.onPort(0), new Health(), meters, routes -> {})) {
      page =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(listener.url() + "/metrics")).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
    }
    return new TreeSet<>(
        Arrays.stream(page.split("\n", -1))
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.replaceAll("[{ ].*", ""))
            .toList());
  }
}
