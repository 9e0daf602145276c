package io.tracetide.gateway.intake;

/**
 * An accepted event as Kafka will hold it.
 *
 * @param index position of the record in its request, from 0
 * @param key the trace id, UTF-8
 * @param value the event in Avro, in the registry's wire format
 * @param timestampMillis the event's own time, which becomes the record's
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
public record EncodedEvent(int index, byte[] key, byte[] value, long timestampMillis) {}
