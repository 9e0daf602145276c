package io.tracetide.client;

/**
 * An event as it is sent.
 *
 * @param key of the record
 * @param value as the serializer has written it
 * @param timestamp of the record, milliseconds since the epoch
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
record EncodedEvent(byte[] key, byte[] value, long timestamp) {}
