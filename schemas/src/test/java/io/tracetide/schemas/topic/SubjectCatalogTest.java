package io.tracetide.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.registry.IncompatibleSchemaException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

class SubjectCatalogTest {

  @Test
  void shouldHaveASubjectForEveryTopicWhoseValuesAreAvro() {
    assertThat(SubjectCatalog.all().keySet())
        .containsExactlyInAnyOrderElementsOf(
            TopicCatalog.all().stream()
                .map(TopicSpec::name)
                .filter(topic -> !topic.endsWith("-dead-letter"))
                .filter(topic -> !topic.equals(Topics.DELIVERY_STATE))
                .map(SubjectCatalog::valueSubject)
                .collect(
                    Collectors.collectingAndThen(
                        Collectors.toSet(),
                        subjects -> {
                          subjects.add("window-aggregates-key");
                          return subjects;
                        })));
  }

  @Test
  void shouldRefuseSchemasOfServicesWithoutRequiredFields() {
    InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    SubjectCatalog.register(registry);

    for (String subject : List.of("traces-value", "metrics-value")) {
      Schema bare = without(SubjectCatalog.all().get(subject), "serviceName");
      assertThatThrownBy(() -> registry.register(subject, bare))
          .isInstanceOf(IncompatibleSchemaException.class);
    }
  }

  @Test
  void shouldReportTheIncompatibleVersionOfAnotherClient() {
    InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    Schema ours = SubjectCatalog.all().get("traces-value");
    registry.register("traces-value", without(ours, "tenantId"));
    registry.register("traces-value", without(ours, "serviceName"));

    assertThatThrownBy(() -> SubjectCatalog.register(registry))
        .isInstanceOf(IncompatibleSchemaException.class)
        .hasMessageContaining("traces-value")
        .hasMessageContaining("version 2 (")
        .hasMessageNotContaining("version 1 (")
        .hasMessageContaining("serviceName")
        .hasMessageContaining("DELETE /subjects/traces-value/versions/");
  }

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

  @Test
  void shouldRegisterSchemasRepeatedlyAndRefuseBreakingChanges() {
    InMemorySchemaRegistry registry = new InMemorySchemaRegistry();

    SubjectCatalog.register(registry);
    SubjectCatalog.register(registry);

    SubjectCatalog.all()
        .forEach(
            (subject, schema) -> {
              assertThat(registry.schemaById(registry.lookup(subject, schema))).isEqualTo(schema);
              assertThatThrownBy(
                      () ->
                          registry.register(
                              subject,
                              SchemaBuilder.record(schema.getName())
                                  .namespace(schema.getNamespace())
                                  .fields()
                                  .requiredString("required")
                                  .endRecord()))
                  .isInstanceOf(IncompatibleSchemaException.class);
            });
  }
}
