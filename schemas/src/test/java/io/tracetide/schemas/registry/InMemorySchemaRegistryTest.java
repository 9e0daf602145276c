package io.tracetide.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

class InMemorySchemaRegistryTest {

  private static final Schema FIRST =
      SchemaBuilder.record("R").fields().requiredString("a").endRecord();
  private static final Schema READS_FIRST =
      SchemaBuilder.record("R").fields().requiredString("a").optionalString("b").endRecord();
  private static final Schema DOES_NOT =
      SchemaBuilder.record("R").fields().requiredString("a").requiredString("c").endRecord();

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();

  @Test
  void shouldGiveOneIdToASchemaUnderAllItsSubjects() {
    int id = registry.register("a", FIRST);

    assertThat(registry.register("b", FIRST)).isEqualTo(id);
    assertThat(registry.lookup("b", FIRST)).isEqualTo(id);
    assertThat(registry.schemaById(id)).isEqualTo(FIRST);
    assertThat(registry.register("a", READS_FIRST)).isNotEqualTo(id);
  }

  @Test
  void shouldRefuseASchemaThatCannotReadAnEarlierOne() {
    registry.setCompatibility("a", "BACKWARD_TRANSITIVE");
    registry.register("a", FIRST);
    registry.register("a", READS_FIRST);

    assertThatThrownBy(() -> registry.register("a", DOES_NOT))
        .isInstanceOf(IncompatibleSchemaException.class)
        .hasMessageContaining("subject a");
    assertThatThrownBy(() -> registry.lookup("a", DOES_NOT))
        .isInstanceOf(UnknownSchemaException.class);
  }

  @Test
  void shouldThrowForASchemaThatWasNotRegistered() {
    assertThatThrownBy(() -> registry.schemaById(1)).isInstanceOf(UnknownSchemaException.class);
    assertThatThrownBy(() -> registry.schemaById(0)).isInstanceOf(UnknownSchemaException.class);
    assertThatThrownBy(() -> registry.lookup("a", FIRST))
        .isInstanceOf(UnknownSchemaException.class);
  }
}
