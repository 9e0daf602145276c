package io.tracetide.standalone.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.IncompatibleSchemaException;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.PipelineFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our registry client against a real registry. */
class HttpSchemaRegistryIT {
  private static HttpSchemaRegistry client() {
    return HttpSchemaRegistry.create(RegistrySettings.of(PipelineFixture.sharedRegistryUrl()));
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
      client.setCompatibility(subject, "BACKWARD_TRANSITIVE");
      client.register(subject, first);

      assertThatThrownBy(() -> client.register(subject, second))
          .isInstanceOf(IncompatibleSchemaException.class);
    }
  }

  /** As a client of another language would make it, that leaves out what it does not fill. */
  private static Schema without(Schema schema, String field) {
    return Schema.createRecord(
        schema.getName(),
        null,
        schema.getNamespace(),
        false,
        schema.getFields().stream()
            .filter(each -> !each.name().equals(field))
            .map(each -> new Schema.Field(each, each.schema()))
            .toList());
  }

  /** What our next version may look like. */
  private static Schema withOneMore(Schema schema) {
    List<Schema.Field> fields = new ArrayList<>();
    schema.getFields().forEach(each -> fields.add(new Schema.Field(each, each.schema())));
    fields.add(
        new Schema.Field(
            "region",
            SchemaBuilder.unionOf().nullType().and().stringType().endUnion(),
            null,
            Schema.Field.NULL_DEFAULT_VALUE));
    return Schema.createRecord(schema.getName(), null, schema.getNamespace(), false, fields);
  }

  @ParameterizedTest
  @ValueSource(strings = {"traces-value", "metrics-value"})
  void shouldRefuseASchemaOfAServiceThatOursCannotRead(String subject) {
    Schema ours = SubjectCatalog.all().get(subject);
    try (HttpSchemaRegistry client = client()) {
      SubjectCatalog.register(client);

      assertThatThrownBy(() -> client.register(subject, without(ours, "serviceName")))
          .isInstanceOf(IncompatibleSchemaException.class)
          .hasMessageContaining(subject);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"traces-value", "metrics-value"})
  void shouldAcceptOurNextVersionOverAllEarlierOnes(String subject) throws IOException {
    Schema ours = SubjectCatalog.all().get(subject);
    String copy = "copy-" + UUID.randomUUID();
    try (HttpSchemaRegistry client = client()) {
      client.setCompatibility(copy, SubjectCatalog.compatibility(subject));
      for (Schema published : golden(ours)) {
        client.register(copy, published);
      }
      int optional = client.register(copy, without(ours, "tenantId"));

      assertThat(client.register(copy, ours)).isNotEqualTo(optional);
      assertThat(client.register(copy, withOneMore(ours))).isNotEqualTo(optional);
      assertThat(client.versions(copy)).containsValues(ours, withOneMore(ours));
    }
  }

  @Test
  void shouldNameTheVersionThatIsInTheWayOfOurs(@TempDir Path directory) {
    String subject = "traces-value";
    Schema ours = SubjectCatalog.all().get(subject);
    try (DataDirectory data = DataDirectory.claim(directory);
        EmbeddedRegistry registry =
            EmbeddedRegistry.start(EmbeddedRegistry.bundled(), data, 0, Duration.ofSeconds(120));
        HttpSchemaRegistry client =
            HttpSchemaRegistry.create(RegistrySettings.of(registry.url()))) {
      client.register(subject, without(ours, "tenantId"));
      client.register(subject, without(ours, "serviceName"));

      assertThatThrownBy(() -> SubjectCatalog.register(client))
          .isInstanceOf(IncompatibleSchemaException.class)
          .hasMessageContaining(subject)
          .hasMessageContaining("version 2 (")
          .hasMessageNotContaining("version 1 (")
          .hasMessageContaining("serviceName")
          .hasMessageContaining("DELETE");
      delete(registry.url() + "/subjects/" + subject + "/versions/2");
      delete(registry.url() + "/subjects/" + subject + "/versions/2?permanent=true");
      SubjectCatalog.register(client);
    }
  }

  private static void delete(String url) {
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(url)).DELETE().build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static List<Schema> golden(Schema schema) throws IOException {
    Path directory =
        Path.of("..", "schemas", "src", "test", "resources", "golden", schema.getName());
    List<Schema> versions = new ArrayList<>();
    for (int version = 1; Files.exists(directory.resolve("v" + version + ".avsc")); version++) {
      versions.add(new Schema.Parser().parse(directory.resolve("v" + version + ".avsc").toFile()));
    }
    assertThat(versions).isNotEmpty();
    return versions;
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
