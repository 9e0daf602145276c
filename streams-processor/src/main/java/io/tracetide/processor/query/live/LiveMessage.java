package io.tracetide.processor.query.live;

/**
 * A message to a client.
 *
 * @param type as in the JSON
 * @param position stream and sequence number from which a client can resume; empty when the message
 *     has none
 * @param json one line, in UTF-8; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Messages are never compared.
public record LiveMessage(String type, String position, byte[] json) {}
