package io.tracetide.gateway.record;

import io.tracetide.runtime.config.Checks;

/**
 * Limits of one request body. A larger one gets 413: the client should send smaller batches.
 *
 * @param wireBytes bytes on the wire
 * @param inflatedBytes bytes after decompression, counted while inflating and over all members of a
 *     gzip stream
 * @param encodedBytes bytes of all its encoded records; the attributes of a resource are copied
 *     into the record of each span
 * @param records records in one body
 * @param jsonDepth nesting of JSON; deeper is malformed
 * @param jsonValues JSON values in one record; a record with more is refused
 */
public record BodyLimits(
    int wireBytes,
    int inflatedBytes,
    int encodedBytes,
    int records,
    int jsonDepth,
    int jsonValues) {

  public BodyLimits {
    Checks.check()
        .range("wireBytes", wireBytes, 1_024, 268_435_456)
        .range("inflatedBytes", inflatedBytes, 1_024, 1_073_741_824)
        .range("encodedBytes", encodedBytes, 1_024, 1_073_741_824)
        .range("records", records, 1, 1_000_000)
        .range("jsonDepth", jsonDepth, 8, 1_000)
        .range("jsonValues", jsonValues, 64, 10_000_000)
        .done();
  }

  public static BodyLimits defaults() {
    return new BodyLimits(
        4 * 1_024 * 1_024, 20 * 1_024 * 1_024, 32 * 1_024 * 1_024, 65_536, 64, 100_000);
  }
}
