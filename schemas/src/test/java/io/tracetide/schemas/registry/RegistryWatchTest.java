package io.tracetide.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RegistryWatchTest {

  private static final Schema SCHEMA = Schema.create(Schema.Type.STRING);

  private final InMemorySchemaRegistry known = new InMemorySchemaRegistry();
  private final AtomicLong now = new AtomicLong();
  private volatile boolean away;
  private final RegistryWatch watch =
      RegistryWatch.of(new Switchable(), Duration.ofMillis(5), now::get);

  @AfterEach
  void close() {
    watch.close();
  }

  @Test
  @Timeout(60)
  void shouldReportTheRegistryAsUnavailableUntilItRespondsAgain() throws Exception {
    watch.register("subject", SCHEMA);
    assertThat(watch.problem()).isEmpty();

    away = true;
    assertThatThrownBy(() -> watch.register("subject", SCHEMA))
        .isInstanceOf(RegistryUnavailableException.class);
    assertThat(watch.problem()).hasValue("away");

    away = false;
    while (watch.problem().isPresent()) {
      TimeUnit.MILLISECONDS.sleep(5); // The watch retries without a caller.
    }
  }

  @Test
  @Timeout(60)
  void shouldTreatARefusalAsAResponse() throws Exception {
    away = true;
    assertThatThrownBy(() -> watch.schemaById(77)).isInstanceOf(RegistryUnavailableException.class);

    away = false;
    while (watch.problem().isPresent()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThatThrownBy(() -> watch.schemaById(77)).isInstanceOf(UnknownSchemaException.class);
    assertThat(watch.problem()).isEmpty();
  }

  @Test
  void shouldLogOnceInTenSeconds() {
    away = true;
    for (int i = 0; i < 1_000; i++) {
      assertThatThrownBy(() -> watch.lookup("subject", SCHEMA))
          .isInstanceOf(RegistryUnavailableException.class);
    }
    assertThat(watch.lines()).isEqualTo(1);

    now.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThatThrownBy(() -> watch.lookup("subject", SCHEMA))
        .isInstanceOf(RegistryUnavailableException.class);
    assertThat(watch.lines()).isEqualTo(2);
  }

  private final class Switchable implements SchemaRegistry {

    @Override
    public int register(String subject, Schema schema) {
      requireThere();
      return known.register(subject, schema);
    }

    @Override
    public int lookup(String subject, Schema schema) {
      requireThere();
      return known.lookup(subject, schema);
    }

    @Override
    public Schema schemaById(int id) {
      requireThere();
      return known.schemaById(id);
    }

    @Override
    public void setCompatibility(String subject, String level) {
      known.setCompatibility(subject, level);
    }

    @Override
    public void close() {}

    private void requireThere() {
      if (away) {
        throw new RegistryUnavailableException("away", null);
      }
    }
  }
}
