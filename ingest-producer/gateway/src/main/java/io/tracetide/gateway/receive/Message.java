package io.tracetide.gateway.receive;

import io.tracetide.gateway.record.Payload;

/**
 * A request body without the framing of its transport.
 *
 * @param gzip whether the payload is compressed
 */
public record Message(Payload payload, boolean gzip) {}
