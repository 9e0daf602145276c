package io.tracetide.gateway;

import io.tracetide.gateway.limit.RatesConfig;
import io.tracetide.gateway.publish.ProducerConfigs;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.gateway.record.EventLimits;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.runtime.kafka.client.ClientProperties;
import io.tracetide.runtime.privacy.PrivacyConfig;
import java.time.Duration;
import java.util.Map;

/**
 * Settings of the gateway.
 *
 * @param listener where it listens for HTTP; a request may take as long as Kafka may take to
 *     acknowledge
 * @param grpc where it listens for gRPC
 * @param tenant owner of everything received where no tokens say whose it is
 * @param body how large a request may be
 * @param event how large one event may be
 * @param privacy what is masked before it is published
 * @param rates how much each tenant may send
 * @param inFlightBytes what all requests under way may hold together before further ones are
 *     answered 503
 * @param acknowledgeWithin how long Kafka may take to acknowledge before the request is answered
 *     503
 * @param unhealthyAfter how long Kafka may leave requests unacknowledged before the gateway counts
 *     as not ready
 * @param producer further settings of the Kafka producer
 */
public record GatewayConfig(
    ListenerConfig listener,
    ListenerConfig grpc,
    String tenant,
    BodyLimits body,
    EventLimits event,
    PrivacyConfig privacy,
    RatesConfig rates,
    long inFlightBytes,
    Duration acknowledgeWithin,
    Duration unhealthyAfter,
    Map<String, String> producer) {

  private static final long AUDIT_BUFFER_BYTES = 1 << 20;

  /** Longer than Kafka may take to acknowledge. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private static final Duration SHORTEST_DELIVERY = Duration.ofSeconds(11);
  private static final Duration LONGEST_DELIVERY = Duration.ofMinutes(5);
  private static final String LONGER =
      "longer than acknowledgeWithin, or requests are cut off while Kafka may still answer";

  public GatewayConfig {
    producer = Map.copyOf(producer);
    long largestRequest = (long) body.wireBytes() + body.inflatedBytes() + body.encodedBytes();
    Checks checks = Checks.check();
    checks
        .notBlank("tenant", tenant)
        .that(
            inFlightBytes >= largestRequest,
            "inFlightBytes",
            inFlightBytes,
            "at least wireBytes + inflatedBytes + encodedBytes of body, " + largestRequest)
        .range("acknowledgeWithin", acknowledgeWithin, SHORTEST_DELIVERY, LONGEST_DELIVERY)
        .that(
            listener.requestTimeout().compareTo(acknowledgeWithin) > 0,
            "listener.requestTimeout",
            listener.requestTimeout(),
            LONGER)
        .that(
            grpc.requestTimeout().compareTo(acknowledgeWithin) > 0,
            "grpc.requestTimeout",
            grpc.requestTimeout(),
            LONGER)
        .positive("unhealthyAfter", unhealthyAfter);
    ProducerConfigs.complete(
            ClientProperties.ofOperator("producer", producer), acknowledgeWithin, inFlightBytes)
        .check(checks);
    checks.done();
  }

  /** Adds the Kafka properties of the operator that contradict a guarantee of the gateway. */
  public void check(KafkaConfig kafka, Checks checks) {
    producer(kafka).check(checks);
  }

  /** Properties of the producer of events and samples. */
  ClientProperties producer(KafkaConfig kafka) {
    return ProducerConfigs.complete(
        ClientProperties.of(kafka).overlay("gateway.producer", producer),
        acknowledgeWithin,
        inFlightBytes);
  }

  /** Properties of the producer of audit entries. */
  ClientProperties auditProducer(KafkaConfig kafka) {
    return ProducerConfigs.complete(
        ClientProperties.of(kafka), acknowledgeWithin, AUDIT_BUFFER_BYTES);
  }

  public static GatewayConfig defaults() {
    return new GatewayConfig(
        ListenerConfig.onPort(4318).withRequestTimeout(PATIENCE),
        ListenerConfig.onPort(4317).withRequestTimeout(PATIENCE),
        "default",
        BodyLimits.defaults(),
        EventLimits.defaults(),
        PrivacyConfig.defaults(),
        RatesConfig.unlimited(),
        64L * 1_024 * 1_024,
        Duration.ofSeconds(30),
        Duration.ofSeconds(8),
        Map.of());
  }
}
