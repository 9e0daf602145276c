package io.tracetide.standalone.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.IncompatibleSchemaException;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.SharedPlatform;
import java.time.Duration;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

/** Our registry client against a real registry. */
class HttpSchemaRegistryIT {
  private static HttpSchemaRegistry client() {
    return HttpSchemaRegistry.create(RegistrySettings.of(SharedPlatform.get().registryUrl()));
  }

  @Test
  void shouldReadByIdWhatAnotherClientRegistered() {
    try (HttpSchemaRegistry writer = client();
        HttpSchemaRegistry reader = client()) {
      SubjectCatalog.all()
          .forEach(
              (subject, schema) -> {
                int id = writer.register(subject, schema);
                assertThat(reader.schemaById(id)).isEqualTo(schema);
                assertThat(reader.lookup(subject, schema)).isEqualTo(id);
              });
    }
  }

  @Test
  void shouldRefuseASchemaThatCannotReadEarlierRecords() {
    String subject = "evolution-" + UUID.randomUUID();
    Schema first = SchemaBuilder.record("R").fields().requiredInt("a").endRecord();
    Schema second =
        SchemaBuilder.record("R").fields().requiredInt("a").requiredInt("b").endRecord();
    try (HttpSchemaRegistry client = client()) {
      client.setCompatibility(subject, SubjectCatalog.COMPATIBILITY);
      client.register(subject, first);

      assertThatThrownBy(() -> client.register(subject, second))
          .isInstanceOf(IncompatibleSchemaException.class);
    }
  }

  @Test
  void shouldTellAnUnknownIdFromARegistryThatIsAway() {
    try (HttpSchemaRegistry client = client();
        HttpSchemaRegistry away =
            HttpSchemaRegistry.create(
                new RegistrySettings(
                    "http://127.0.0.1:" + LoopbackPort.free(),
                    "",
                    "",
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    2))) {
      assertThatThrownBy(() -> client.schemaById(999_999))
          .isInstanceOf(UnknownSchemaException.class);
      assertThatThrownBy(() -> away.schemaById(1)).isInstanceOf(RegistryUnavailableException.class);
    }
  }
}
