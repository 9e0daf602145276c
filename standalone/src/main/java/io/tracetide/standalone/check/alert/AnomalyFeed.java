package io.tracetide.standalone.check.alert;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.check.alert.Post.Episode;
import io.tracetide.standalone.check.alert.SinkApi.Origin;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes anomalies like the processor. The name of an episode is operation and fingerprint. */
final class AnomalyFeed implements AutoCloseable {
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final Producer<byte[], byte[]> producer;
  private final AvroEncoder<Anomaly> encoder;

  AnomalyFeed(Map<String, Object> clients, SchemaRegistry schemas) {
    Map<String, Object> settings = new HashMap<>(clients);
    settings.put("acks", "all");
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    encoder =
        new AvroEncoder<>(schemas, SubjectCatalog.valueSubject(Topics.ANOMALIES), Anomaly.class);
  }

  /** Writes a state of an anomaly and waits for Kafka's acknowledgement. */
  void send(Origin origin, Episode episode, boolean firing, int revision)
      throws InterruptedException {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Anomaly anomaly =
        Anomaly.newBuilder()
            .setTenantId(origin.tenant())
            .setAnomalyId(episode.toString())
            .setFingerprint(episode.name())
            .setServiceName(origin.service())
            .setOperationName(episode.name())
            .setDetector(Detector.THRESHOLD)
            .setKind(AnomalyKind.LATENCY)
            .setRule("load")
            .setSeverity(Severity.HIGH)
            .setConfidence(1.0)
            .setState(firing ? AnomalyState.OPEN : AnomalyState.RESOLVED)
            .setRevision(revision)
            .setOpenedAt(episode.startsAt())
            .setUpdatedAt(now)
            .setResolvedAt(firing ? null : now)
            .setWindowStart(now.minusSeconds(10))
            .setWindowEnd(now)
            .setObserved(Map.of("p95Ms", 840.0))
            .setExpected(Map.of("p95Ms", 500.0))
            .setContributions(Map.of("p95Ms", 1.0))
            .setSummary("p95 is 840 ms, above 500 ms")
            .setExemplars(new Exemplars(null, null, null))
            .build();
    try {
      producer
          .send(
              new ProducerRecord<>(
                  Topics.ANOMALIES, episode.name().getBytes(UTF_8), encoder.encode(anomaly)))
          .get();
    } catch (ExecutionException e) {
      throw new EnvironmentException("an anomaly cannot be written: " + e.getCause(), e);
    }
  }

  @Override
  public void close() {
    producer.close(CLOSE);
  }
}
