package io.tracetide.gateway.record;

import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.schemas.size.RecordLimits;
import java.time.Duration;

/**
 * How large one event may be. Text beyond a limit is cut and counted, never refused: a service that
 * logs too much should still be seen. Sizes are UTF-8 bytes.
 *
 * @param tags tags of an event, and separately its metadata
 * @param keyBytes name of a tag
 * @param valueBytes value of a tag
 * @param nameBytes service, operation and event names
 * @param stackBytes stack trace of an error
 * @param events events inside an event
 * @param eventAttributes attributes of each of them
 * @param recordBytes the encoded event; one that is still larger after its events and metadata are
 *     gone is refused
 * @param futureTolerance how far ahead of our clock a timestamp may be; the topic's own limit must
 *     not be smaller
 * @param maxAge how long ago a timestamp may be; what is older than any window is kept would be
 *     dead-lettered later, where its sender does not see it
 */
public record EventLimits(
    int tags,
    int keyBytes,
    int valueBytes,
    int nameBytes,
    int stackBytes,
    int events,
    int eventAttributes,
    int recordBytes,
    Duration futureTolerance,
    Duration maxAge) {

  public EventLimits {
    Checks.check()
        .range("tags", tags, 1, 1_024)
        .range("keyBytes", keyBytes, 16, 1_024)
        .range("valueBytes", valueBytes, 16, 65_536)
        .range("nameBytes", nameBytes, 16, 4_096)
        .range("stackBytes", stackBytes, 0, 262_144)
        .range("events", events, 0, 1_024)
        .range("eventAttributes", eventAttributes, 0, 1_024)
        .range("recordBytes", recordBytes, 16_384, RecordLimits.VALUE_BYTES)
        .positive("futureTolerance", futureTolerance)
        .positive("maxAge", maxAge)
        .done();
  }

  public static EventLimits defaults() {
    return new EventLimits(
        64,
        128,
        4_096,
        256,
        16_384,
        128,
        32,
        1_000_000,
        Duration.ofMinutes(5),
        Duration.ofDays(30));
  }

  /**
   * Bytes of the longest text that any limit lets through, and of what tells whether there is
   * personal data at its cut: reading more of one text is a waste.
   */
  public int longestText() {
    return Math.max(Math.max(stackBytes, valueBytes), Math.max(nameBytes, keyBytes)) + Masker.REACH;
  }
}
