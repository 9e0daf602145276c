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
 * @param listener for HTTP; its request timeout must allow for Kafka's acknowledgement
 * @param grpc listener for gRPC
 * @param tenant owner of all records when there are no tokens
 * @param body limits of a request
 * @param event limits of an event
 * @param privacy masking of personal data before publication
 * @param rates rate limits of tenants
 * @param batches whether the events of a request are sent in batches, on {@code trace-batches};
 *     otherwise each is a record on {@code traces}
 * @param inFlightBytes memory of all requests in progress, above which further ones get 503
 * @param acknowledgeWithin time for Kafka's acknowledgement, after which the request gets 503
 * @param unhealthyAfter time without an acknowledgement of pending requests after which the gateway
 *     is not ready
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
    boolean batches,
    long inFlightBytes,
    Duration acknowledgeWithin,
    Duration unhealthyAfter,
    Map<String, String> producer) {

  private static final long AUDIT_BUFFER_BYTES = 1 << 20;

  /** Request timeout, longer than the time for Kafka's acknowledgement. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(40);

  private static final Duration SHORTEST_DELIVERY = Duration.ofSeconds(11);
  private static final Duration LONGEST_DELIVERY = Duration.ofMinutes(5);
  private static final String LONGER =
      "longer than acknowledgeWithin, otherwise requests end before Kafka's acknowledgement";

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
        ListenerConfig.onPort(4318).withRequestTimeout(REQUEST_TIMEOUT),
        ListenerConfig.onPort(4317).withRequestTimeout(REQUEST_TIMEOUT),
        "default",
        BodyLimits.defaults(),
        EventLimits.defaults(),
        PrivacyConfig.defaults(),
        RatesConfig.unlimited(),
        true,
        64L * 1_024 * 1_024,
        Duration.ofSeconds(30),
        Duration.ofSeconds(8),
        Map.of());
  }
}
