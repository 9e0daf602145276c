package io.tracetide.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import org.junit.jupiter.api.Test;

class TraceEventEncoderTest {

  private static final int EVENTS = 5_000;
  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final String subject = SubjectCatalog.valueSubject(Topics.TRACES);
  private final RandomEvents random = new RandomEvents(20_261_123);

  @Test
  void shouldWriteEveryEventAsTheGeneralEncoderDoes() {
    AvroEncoder<TraceEvent> general = new AvroEncoder<>(registry, subject, TraceEvent.class);
    TraceEventEncoder encoder = new TraceEventEncoder(registry, subject);

    for (int i = 0; i < EVENTS; i++) {
      TraceEvent event = random.event();

      assertThat(encoder.encode(event)).isEqualTo(general.encode(event));
    }
  }
}
