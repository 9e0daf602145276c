package io.tracetide.alert.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.alert.Anomalies;
import io.tracetide.alert.contract.AnomalyReader;
import io.tracetide.alert.decision.AlertState;
import io.tracetide.alert.decision.Routes;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files in {@code stored-alert} were written by builds of the past; {@code anomaly.avsc} is the
 * schema that their registry had under id 1.
 */
class StoredAlertSerdeTest {
  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final StoredAlertSerde serde = new StoredAlertSerde(registry);

  @BeforeEach
  void register() {
    assertThat(
            registry.register(
                "anomalies-value", new Schema.Parser().parse(resource("anomaly.avsc"))))
        .isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "format-1-firing.hex, true",
    "format-1-resolved.hex, false",
    "avro-1-firing.hex, true",
    "avro-1-resolved.hex, false"
  })
  void shouldReadStoredAlertsOfEarlierBuilds(String file, boolean firing) {
    byte[] stored = HexFormat.of().parseHex(resource(file).strip());

    assertThat(read(stored)).isEqualTo(firing ? firing() : resolved());
  }

  @ParameterizedTest
  @ValueSource(strings = {"format-1-firing.hex", "format-1-resolved.hex"})
  void shouldRewriteFormat1InAvro(String file) {
    StoredAlert alert = read(HexFormat.of().parseHex(resource(file).strip()));

    byte[] rewritten = serde.serializer().serialize("alerts", alert);

    // The marker of Avro's single-object encoding.
    assertThat(rewritten).startsWith(0xC3, 0x01);
    assertThat(read(rewritten)).isEqualTo(alert);
  }

  @Test
  void shouldKeepDeletionsAsTheyAre() {
    assertThat(serde.serializer().serialize("alerts", null)).isNull();
    assertThat(serde.deserializer().deserialize("alerts", null)).isNull();
  }

  @Test
  void shouldRefuseMalformedBytes() {
    byte[] stored = serde.serializer().serialize("alerts", firing());

    for (byte[] bytes :
        List.of(
            new byte[0],
            new byte[] {2, 1, 0},
            new byte[] {1, 9, 0},
            Arrays.copyOf(stored, 9),
            Arrays.copyOf(stored, 20))) {
      assertThatThrownBy(() -> read(bytes)).isInstanceOf(SerializationException.class);
    }
  }

  private StoredAlert read(byte[] bytes) {
    return serde.deserializer().deserialize("alerts", bytes);
  }

  private static StoredAlert firing() {
    return after(
        Anomalies.open("fp").setSeverity(Severity.HIGH).build(),
        Anomalies.open("fp").setSeverity(Severity.CRITICAL).setRevision(1).build());
  }

  private static StoredAlert resolved() {
    return after(
        Anomalies.open("fp").setSeverity(Severity.HIGH).build(),
        Anomalies.open("fp").setSeverity(Severity.CRITICAL).setRevision(1).build(),
        Anomalies.resolved("fp", 2).build());
  }

  private static StoredAlert after(Anomaly... records) {
    Routes routes = new Routes(List.of(), List.of("log", "ops"));
    Instant now = Instant.parse("2026-03-01T12:00:00Z");
    AlertState state = AlertState.unseen();
    for (Anomaly record : records) {
      state = state.on(AnomalyReader.report(record), routes, now).state();
    }
    return new StoredAlert(state, records[records.length - 1]);
  }

  private static String resource(String name) {
    try (InputStream file =
        StoredAlertSerdeTest.class.getResourceAsStream("stored-alert/" + name)) {
      assertThat(file).as(name).isNotNull();
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
