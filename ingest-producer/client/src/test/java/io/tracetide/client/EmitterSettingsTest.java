package io.tracetide.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tracetide.schemas.registry.RegistrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class EmitterSettingsTest {

  private static final Map<String, String> REQUIRED =
      Map.of(
          "TRACETIDE_BOOTSTRAP_SERVERS", "kafka-1:9092,kafka-2:9092",
          "TRACETIDE_SCHEMA_REGISTRY_URL", "http://registry:8081",
          "TRACETIDE_SERVICE_NAME", "checkout");

  @Test
  void shouldNeedThreeVariablesOnly() {
    EmitterSettings settings = EmitterSettings.of(EmitterSettings.properties(REQUIRED));

    assertThat(settings.serviceName()).isEqualTo("checkout");
    assertThat(settings.tenant()).isEqualTo("default");
    assertThat(settings.instance()).endsWith("-" + ProcessHandle.current().pid());
    assertThat(settings.sampling()).isEqualTo(Sampling.all());
    assertThat(settings.queueEvents()).isEqualTo(30_000);
    assertThat(settings.queueBytes()).isEqualTo(16L << 20);
    assertThat(settings.resources())
        .isEqualTo(new EmitterSettings.Resources(true, Duration.ofSeconds(5), true));
    assertThat(settings.kafka())
        .containsEntry("bootstrap.servers", "kafka-1:9092,kafka-2:9092")
        .containsEntry("acks", "all");
    assertThat(settings.serializer())
        .isEqualTo(Map.of("schema.registry.url", "http://registry:8081"));
  }

  @Test
  void shouldReadEverythingFromTheEnvironment() {
    Map<String, String> environment = new HashMap<>(REQUIRED);
    environment.put("TRACETIDE_TENANT", "acme");
    environment.put("TRACETIDE_INSTANCE", "pod-7");
    environment.put("TRACETIDE_SAMPLING", "0.1");
    environment.put("TRACETIDE_SAMPLING_FOLLOW_CALLERS", "false");
    environment.put("TRACETIDE_SAMPLING_SLOWER_THAN", "250ms");
    environment.put("TRACETIDE_QUEUE_EVENTS", "500");
    environment.put("TRACETIDE_QUEUE_BYTES", "1000000");
    environment.put("TRACETIDE_RESOURCES", "off");
    environment.put("TRACETIDE_RESOURCES_INTERVAL", "PT30S");
    environment.put("TRACETIDE_RESOURCES_ON_TRACES", "FALSE");
    environment.put("TRACETIDE_SCHEMA_REGISTRY_USER_INFO", "user:secret");
    environment.put("TRACETIDE_SERIALIZER_AUTO_REGISTER_SCHEMAS", "false");
    environment.put("TRACETIDE_KAFKA_SECURITY_PROTOCOL", "SSL");
    environment.put("TRACETIDE_KAFKA_LINGER_MS", "5");
    environment.put("TRACETIDE_JAVA_OPTS", "-Xmx1g");
    environment.put("PATH", "/bin");

    EmitterSettings settings = EmitterSettings.of(EmitterSettings.properties(environment));

    assertThat(settings.tenant()).isEqualTo("acme");
    assertThat(settings.instance()).isEqualTo("pod-7");
    assertThat(settings.sampling()).isEqualTo(new Sampling(0.1, false, Duration.ofMillis(250)));
    assertThat(settings.queueEvents()).isEqualTo(500);
    assertThat(settings.queueBytes()).isEqualTo(1_000_000);
    assertThat(settings.resources())
        .isEqualTo(new EmitterSettings.Resources(false, Duration.ofSeconds(30), false));
    assertThat(settings.kafka())
        .containsEntry("security.protocol", "SSL")
        .containsEntry("linger.ms", "5");
    assertThat(settings.serializer())
        .containsEntry("auto.register.schemas", "false")
        .containsEntry("basic.auth.user.info", "user:secret");
  }

  @Test
  void shouldTakeTheServiceNameOfOpenTelemetryWhenThereIsNoOther() {
    Map<String, String> environment = new HashMap<>(REQUIRED);
    environment.put("OTEL_SERVICE_NAME", "otel-name");
    assertThat(EmitterSettings.properties(environment))
        .containsEntry("tracetide.service.name", "checkout");

    environment.remove("TRACETIDE_SERVICE_NAME");
    assertThat(EmitterSettings.properties(environment))
        .containsEntry("tracetide.service.name", "otel-name");
  }

  @Test
  void shouldReadPropertiesAndLetTheApplicationHaveItsOwn() {
    Properties properties = new Properties();
    properties.setProperty("tracetide.bootstrap.servers", "k:9092");
    properties.setProperty("tracetide.schema.registry.url", "http://r:8081");
    properties.setProperty("tracetide.service.name", "checkout");
    properties.setProperty("tracetide.kafka.client.id", "mine");
    properties.setProperty("server.port", "8080");

    assertThat(EmitterSettings.of(properties).kafka()).containsEntry("client.id", "mine");
    assertThat(TraceEmitter.builder().properties(properties).settings())
        .isEqualTo(EmitterSettings.of(properties));
  }

  @Test
  void shouldLetWhatIsSetLaterReplaceWhatWasSetBefore() {
    EmitterSettings settings =
        TestEmitters.builder()
            .serviceName("given")
            .environment(Map.of("TRACETIDE_SERVICE_NAME", "from-environment"))
            .settings();

    assertThat(settings.serviceName()).isEqualTo("from-environment");
  }

  @Test
  void shouldReportEveryProblemAtOnceWithKeyValueAndWhatWasExpected() {
    Map<String, String> wrong = new HashMap<>();
    wrong.put("tracetide.sampling", "1.5");
    wrong.put("tracetide.sampling.slower.than", "-1s");
    wrong.put("tracetide.queue.events", "0");
    wrong.put("tracetide.queue.bytes", "much");
    wrong.put("tracetide.resources", "maybe");
    wrong.put("tracetide.resources.interval", "1ms");
    wrong.put("tracetide.kafka.linger.ms", "soon");
    wrong.put("tracetide.kafka.acks", "some");
    wrong.put("tracetide.servicename", "checkout");

    InvalidSettingsException refused =
        catchThrowableOfType(InvalidSettingsException.class, () -> EmitterSettings.of(wrong));

    assertThat(refused.problems())
        .hasSize(12)
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .isEqualTo(
                        "tracetide.service.name is not set (environment: TRACETIDE_SERVICE_NAME),"
                            + " expected the name of the service"))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .isEqualTo(
                        "tracetide.queue.events is 0, expected a whole number from 1 to 10000000"));
    assertThat(refused.getMessage())
        .contains(
            "tracetide.bootstrap.servers is not set",
            "tracetide.schema.registry.url is not set",
            "tracetide.sampling is 1.5",
            "tracetide.sampling.slower.than is -1s",
            "tracetide.queue.bytes is much",
            "tracetide.resources is maybe",
            "tracetide.resources.interval is 1ms",
            "tracetide.kafka.linger.ms",
            "tracetide.kafka.acks",
            "tracetide.servicename is not a setting");
  }

  @Test
  void shouldRefuseASerializerThatCannotBeMade() {
    assertThatThrownBy(() -> TestEmitters.builder().valueSerializer("no.such.Class").build())
        .hasMessageContaining("no.such.Class is not on the class path");
    assertThatThrownBy(() -> TestEmitters.builder().valueSerializer("java.lang.Object").build())
        .hasMessageContaining("java.lang.Object is not a serializer");
    assertThatThrownBy(() -> TestEmitters.builder().schemaRegistry("ftp://registry").build())
        .hasMessageContaining("ftp://registry");
    assertThatThrownBy(
            () -> TestEmitters.builder().serializerProperty("use.latest.version", "true").build())
        .hasMessageContaining("use.latest.version is true");
  }

  @Test
  void shouldAcceptRegistryCredentialsAndHideThem() {
    EmitterSettings settings =
        TestEmitters.builder()
            .schemaRegistry(
                RegistrySettings.of("http://registry:8081").withCredentials("user", "pa:ss"))
            .kafkaProperty("sasl.jaas.config", "module required password=hidden;")
            .settings();

    assertThat(settings.serializer()).containsEntry("basic.auth.user.info", "user:pa:ss");
    assertThat(settings.toString()).doesNotContain("pa:ss").doesNotContain("hidden");
  }

  @Test
  void shouldHaveEverySettingInTheReadme() throws IOException {
    String readme = Files.readString(Path.of("README.md"));

    for (Setting setting : Setting.values()) {
      assertThat(readme)
          .as(setting.property())
          .contains("| `" + setting.property() + "` | `" + setting.variable() + "` |");
      if (!setting.absent().isEmpty()) {
        String line =
            readme
                .lines()
                .filter(l -> l.startsWith("| `" + setting.property() + "`"))
                .findFirst()
                .get();
        assertThat(line).as(setting.property()).contains("| `" + setting.absent() + "` |");
      }
    }
  }
}
