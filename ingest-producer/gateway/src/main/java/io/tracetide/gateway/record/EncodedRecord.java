package io.tracetide.gateway.record;

/**
 * An accepted record as Kafka will hold it.
 *
 * @param index position of the record in its request, from 0
 * @param topic where it belongs
 * @param key the trace id of an event, {@code tenant|service} of a measurement, UTF-8
 * @param value the record in Avro, in the registry's wire format
 * @param timestampMillis the record's own time, which becomes Kafka's
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
public record EncodedRecord(
    int index, String topic, byte[] key, byte[] value, long timestampMillis) {}
