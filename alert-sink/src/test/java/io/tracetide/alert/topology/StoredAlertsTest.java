package io.tracetide.alert.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.alert.Anomalies;
import io.tracetide.schemas.AlertRecord;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.NotifiedRecipient;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroBytes;
import io.tracetide.schemas.serde.AvroDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Alerts as earlier builds have stored them. The files were written by those builds, with the
 * schema that their registry had under id 1.
 */
class StoredAlertsTest {

  @ParameterizedTest
  @CsvSource({
    "format-1-firing.hex, true",
    "format-1-resolved.hex, false",
    "avro-1-firing.hex, true",
    "avro-1-resolved.hex, false"
  })
  void shouldReadStoredAlertsOfEarlierBuilds(String file, boolean firing) {
    InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    registry.register("anomalies-value", new Schema.Parser().parse(resource("anomaly.avsc")));

    AlertRecord alert = StoredAlerts.read(HexFormat.of().parseHex(resource(file).strip()));

    Anomaly newest =
        firing
            ? Anomalies.open("fp").setSeverity(Severity.CRITICAL).setRevision(1).build()
            : Anomalies.resolved("fp", 2).build();
    assertThat(alert.getStatus()).isEqualTo(firing ? AlertStatus.FIRING : AlertStatus.RESOLVED);
    assertThat(alert.getPeak()).isEqualTo(firing ? Severity.CRITICAL : null);
    assertThat(alert.getRecipients())
        .extracting(NotifiedRecipient::getReceiver)
        .containsExactly("log", "ops");
    assertThat(
            new AvroDecoder<>(registry, Anomaly.class).decode(AvroBytes.copy(alert.getAnomaly())))
        .isEqualTo(newest);
  }

  @Test
  void shouldRefuseMalformedBytes() {
    byte[] stored = HexFormat.of().parseHex(resource("avro-1-firing.hex").strip());

    for (byte[] bytes :
        List.of(
            new byte[0],
            new byte[] {2, 1, 0},
            new byte[] {1, 9, 0},
            Arrays.copyOf(stored, 9),
            Arrays.copyOf(stored, 20))) {
      assertThatThrownBy(() -> StoredAlerts.read(bytes))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static String resource(String name) {
    try (InputStream file = StoredAlertsTest.class.getResourceAsStream("stored-alert/" + name)) {
      assertThat(file).as(name).isNotNull();
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
