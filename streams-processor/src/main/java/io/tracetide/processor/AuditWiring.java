package io.tracetide.processor;

import io.tracetide.processor.query.audit.AuditMetrics;
import io.tracetide.processor.query.audit.AuditView;
import io.tracetide.processor.query.audit.KafkaAuditView;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.kafka.audit.ChainWatch;
import io.tracetide.runtime.kafka.audit.TrailConsumers;
import io.tracetide.runtime.kafka.audit.TrailReader;
import io.tracetide.runtime.kafka.client.ClientProperties;
import io.tracetide.runtime.kafka.role.StreamsRole;
import io.tracetide.runtime.kafka.streams.BoundedClients;
import java.time.Clock;
import java.util.Map;

/** The reading of the audit trail: pages for queries, and its verification in the background. */
final class AuditWiring {

  private AuditWiring() {}

  static AuditView view(ProcessorConfig config, KafkaConfig kafka, StreamsRole role, Clock clock) {
    Map<String, Object> pages = consumer(kafka, config.applicationId() + "-audit");
    Map<String, Object> verification =
        consumer(kafka, config.applicationId() + "-audit-verification");
    TrailReader reader =
        role.closers()
            .add(
                "audit-pages",
                new TrailReader(
                    () -> role.client(() -> BoundedClients.consumer(pages)), role.registry()));
    ChainWatch watch =
        role.closers()
            .add(
                "audit-verification",
                ChainWatch.start(
                    () -> role.client(() -> BoundedClients.consumer(verification)),
                    role.registry(),
                    clock));
    AuditView view = new KafkaAuditView(reader, watch);
    AuditMetrics.bind(view, role.meters());
    return view;
  }

  private static Map<String, Object> consumer(KafkaConfig kafka, String clientId) {
    return TrailConsumers.settings(ClientProperties.of(kafka), clientId).toMap();
  }
}
