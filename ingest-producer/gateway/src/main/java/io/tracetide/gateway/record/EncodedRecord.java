package io.tracetide.gateway.record;

/**
 * An accepted record, encoded for Kafka.
 *
 * @param index position of the record in its request, from 0
 * @param key the trace id of an event, {@code tenant|service} of a sample, in UTF-8
 * @param value Avro in the wire format of the registry
 * @param timestampMillis time of the event or sample, which becomes the time of the Kafka record
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
public record EncodedRecord(
    int index, String topic, byte[] key, byte[] value, long timestampMillis) {}
