package io.tracetide.gateway.record;

import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.schemas.size.RecordLimits;
import java.time.Duration;

/**
 * Limits of one event. Text beyond a limit is cut and counted; the event is not refused. Sizes are
 * UTF-8 bytes.
 *
 * @param tags tags of an event, and separately its metadata
 * @param keyBytes name of a tag
 * @param valueBytes value of a tag
 * @param nameBytes service, operation and event names
 * @param stackBytes stack trace of an error
 * @param events events inside an event
 * @param eventAttributes attributes of each of them
 * @param recordBytes the encoded event; one that is still larger without its events and metadata is
 *     refused
 * @param futureTolerance how far ahead of the gateway's clock a timestamp may be; the topic's limit
 *     must not be smaller
 * @param maxAge how old a timestamp may be; events older than the retention of all windows would be
 *     dead-lettered by the processor, and the client would get no error
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
   * Bytes of a text that have to be read: the largest limit, and the reach of the masks beyond it.
   */
  public int longestText() {
    return Math.max(Math.max(stackBytes, valueBytes), Math.max(nameBytes, keyBytes)) + Masker.REACH;
  }
}
