package io.tracetide.alert.deliver;

import io.tracetide.alert.memory.DeliveryStates;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.schemas.registry.SchemaRegistry;
import java.time.Clock;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * What deliveries use.
 *
 * @param consumers opens a consumer of committed records for a group
 * @param producer for outcomes, dead letters and states; stays the caller's to close, after the
 *     deliverer
 * @param registry schemas of notifications and outcomes
 * @param states what was last delivered about each group
 * @param catchUp waits until the states that other instances have written are known; throws when
 *     they cannot be read
 * @param kafka the cluster, for channels that write to a topic
 */
public record DeliveryEnvironment(
    Function<String, Consumer<byte[], byte[]>> consumers,
    Producer<byte[], byte[]> producer,
    SchemaRegistry registry,
    DeliveryStates states,
    Runnable catchUp,
    KafkaConfig kafka,
    SinkMetrics metrics,
    Clock clock) {}
