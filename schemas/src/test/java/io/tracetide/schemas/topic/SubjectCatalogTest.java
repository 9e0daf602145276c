package io.tracetide.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.registry.IncompatibleSchemaException;
import java.util.stream.Collectors;
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
  void shouldRegisterEverySchemaAgainAndAgainAndForbidBreakingChanges() {
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
