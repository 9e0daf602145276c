package io.tracetide.instrumentation.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.tracetide.client.EmitterSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Autoconfiguration in a service that is instrumented with OpenTelemetry. */
class AutoconfigureTest {

  @Test
  void shouldExportToKafkaWhenConfiguredByName() {
    try (OpenTelemetrySdk sdk = sdk(Map.of("otel.service.name", "shop"))) {
      assertThat(sdk.toString()).contains("TracetideSpanExporter").contains("RunningSpans");
    }
  }

  @Test
  void shouldNotDelayAServiceWhileKafkaIsUnavailable() {
    OpenTelemetrySdk sdk = sdk(Map.of("otel.service.name", "shop"));
    Tracer tracer = sdk.getTracer("test");
    long begin = System.nanoTime();
    for (int i = 0; i < 20_000; i++) {
      tracer.spanBuilder("work").startSpan().end();
    }
    Duration spans = Duration.ofNanos(System.nanoTime() - begin);
    sdk.shutdown().join(20, TimeUnit.SECONDS);
    Duration all = Duration.ofNanos(System.nanoTime() - begin);

    assertThat(spans).isLessThan(Duration.ofSeconds(5));
    assertThat(all).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void shouldNotPublishRunningSpansWhenDisabled() {
    try (OpenTelemetrySdk sdk = sdk(Map.of("tracetide.otel.running", "none"))) {
      assertThat(sdk.toString()).doesNotContain("RunningSpans");
    }
  }

  @Test
  void shouldRefuseSettingsThatMakeNoSense() {
    assertThatThrownBy(() -> sdk(Map.of("tracetide.queue.events", "many")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("tracetide.queue.events");
    assertThatThrownBy(() -> sdk(Map.of("tracetide.otel.running", "some")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("local_roots, all or none");
  }

  @Test
  void shouldTakeWhatIsUsualOnOneMachineForWhatIsMissing() {
    EmitterSettings settings = settings(Map.of(), Map.of());

    assertThat(settings.serviceName()).isEqualTo("unknown_service:java");
    assertThat(settings.tenant()).isEqualTo("default");
    assertThat(settings.kafka()).containsEntry("bootstrap.servers", "127.0.0.1:9092");
    assertThat(settings.serializer())
        .containsEntry("schema.registry.url", "http://127.0.0.1:8081/apis/ccompat/v7");
  }

  @Test
  void shouldReadSettingsFromTheEnvironmentAndFromWhereverTheSdkReadsIts() {
    EmitterSettings settings =
        settings(
            Map.of(
                "otel.resource.attributes", "service.name=cart,team=checkout",
                "tracetide.tenant", "acme"),
            Map.of(
                "TRACETIDE_BOOTSTRAP_SERVERS", "kafka:9092",
                "TRACETIDE_TENANT", "other",
                "TRACETIDE_KAFKA_SECURITY_PROTOCOL", "SASL_SSL"));

    assertThat(settings.serviceName()).isEqualTo("cart");
    assertThat(settings.tenant()).isEqualTo("acme");
    assertThat(settings.kafka())
        .containsEntry("bootstrap.servers", "kafka:9092")
        .containsEntry("security.protocol", "SASL_SSL");
  }

  private static EmitterSettings settings(
      Map<String, String> properties, Map<String, String> environment) {
    return ExporterSettings.of(DefaultConfigProperties.createFromMap(properties), environment);
  }

  /** The SDK of a service, without a broker. */
  private static OpenTelemetrySdk sdk(Map<String, String> properties) {
    Map<String, String> all = new HashMap<>();
    all.put("otel.traces.exporter", "tracetide");
    all.put("otel.metrics.exporter", "none");
    all.put("otel.logs.exporter", "none");
    all.put("tracetide.bootstrap.servers", "127.0.0.1:1");
    all.put("tracetide.schema.registry.url", "http://127.0.0.1:1");
    all.put("tracetide.resources", "false");
    all.putAll(properties);
    return AutoConfiguredOpenTelemetrySdk.builder()
        .addPropertiesSupplier(() -> all)
        .disableShutdownHook()
        .build()
        .getOpenTelemetrySdk();
  }
}
