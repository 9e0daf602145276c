package io.tracetide.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/**
 * The schemas are the documentation that every client gets, so nothing in them goes unexplained.
 */
class SchemaDocsTest {

  private final Set<String> seen = new HashSet<>();
  private final List<String> undocumented = new ArrayList<>();
  private final List<String> closedEnums = new ArrayList<>();
  private final List<String> withoutTenant = new ArrayList<>();

  @Test
  void shouldDocumentEveryRecordEnumAndField() {
    SubjectCatalog.all().values().forEach(this::visit);

    assertThat(undocumented).isEmpty();
  }

  @Test
  void shouldGiveEveryEnumADefaultForOldReaders() {
    SubjectCatalog.all().values().forEach(this::visit);

    assertThat(closedEnums).isEmpty();
  }

  @Test
  void shouldNameTheTenantInEveryRecordOfATopic() {
    SubjectCatalog.all()
        .forEach(
            (subject, schema) -> {
              if (schema.getField("tenantId") == null) {
                withoutTenant.add(subject);
              }
            });

    // The events of a batch have it.
    assertThat(withoutTenant).containsExactly("trace-batches-value");
  }

  private void visit(Schema schema) {
    switch (schema.getType()) {
      case RECORD -> visitRecord(schema);
      case ENUM -> visitEnum(schema);
      case ARRAY -> visit(schema.getElementType());
      case MAP -> visit(schema.getValueType());
      case UNION -> schema.getTypes().forEach(this::visit);
      default -> {}
    }
  }

  private void visitRecord(Schema schema) {
    if (!seen.add(schema.getFullName())) {
      return;
    }
    requireDoc(schema.getFullName(), schema.getDoc());
    for (Schema.Field field : schema.getFields()) {
      requireDoc(schema.getFullName() + "." + field.name(), field.doc());
      visit(field.schema());
    }
  }

  private void visitEnum(Schema schema) {
    requireDoc(schema.getFullName(), schema.getDoc());
    if (schema.getEnumDefault() == null) {
      closedEnums.add(schema.getFullName());
    }
  }

  private void requireDoc(String name, String doc) {
    if (doc == null || doc.isBlank()) {
      undocumented.add(name);
    }
  }
}
