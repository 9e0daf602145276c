package io.tracetide.client.send;

/**
 * An event as it is sent.
 *
 * @param key of the record
 * @param value as the serializer has written it
 * @param timestamp of the record, milliseconds since the epoch
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
public record SentEvent(byte[] key, byte[] value, long timestamp) {}
