package io.tracetide.schemas.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.size.RecordLimits;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class AuditLogTest {

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroDecoder<AuditEntry> decoder = new AvroDecoder<>(registry, AuditEntry.class);

  @Test
  void shouldSendAnEntryThatIsTooLargeWithoutItsDetails() {
    MockProducer<byte[], byte[]> kafka =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

    try (AuditLog log = AuditLog.start(registry, () -> kafka)) {
      log.record(entry("large", RecordLimits.VALUE_BYTES));
      log.record(entry("small", 10));
    }

    List<AuditEntry> sent =
        kafka.history().stream().map(record -> decoder.decode(record.value())).toList();
    assertThat(sent).extracting(AuditEntry::getAction).containsExactly("large", "small");
    assertThat(sent.get(0).getDetails())
        .containsEntry("detailsDropped", "too_large")
        .containsOnlyKeys("detailsDropped", "bytes", "sha256");
    assertThat(sent.get(1).getDetails()).containsOnlyKeys("text");
  }

  @Test
  void shouldNotBlockOtherEntriesWhenKafkaRefusesALargeOne() {
    MockProducer<byte[], byte[]> kafka =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<byte[], byte[]> record, Callback callback) {
            return record.value().length > 1_000
                ? CompletableFuture.failedFuture(new RecordTooLargeException("too large"))
                : super.send(record, callback);
          }
        };

    try (AuditLog log = AuditLog.start(registry, () -> kafka)) {
      log.record(entry("large", 2_000));
      log.record(entry("small", 10));
    }

    assertThat(kafka.history())
        .singleElement()
        .satisfies(
            record -> assertThat(decoder.decode(record.value()).getAction()).isEqualTo("small"));
  }

  private static AuditEntry entry(String action, int bytes) {
    return new AuditEntry(
        "default",
        Instant.parse("2026-03-01T10:00:00Z"),
        "test",
        action,
        "subject",
        Map.of("text", "x".repeat(bytes)));
  }
}
