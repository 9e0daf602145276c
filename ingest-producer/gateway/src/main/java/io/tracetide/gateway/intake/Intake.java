package io.tracetide.gateway.intake;

import io.tracetide.schemas.TraceEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The records of one request. Each ends accepted, as bytes ready for Kafka, or refused with a
 * reason; a bad one never spoils its neighbours. Nothing is sent before the whole body has been
 * read, so a body that turns out to be malformed or too large leaves no trace.
 *
 * <p>Used by one thread.
 */
public final class Intake {

  /**
   * Objects around an encoded event until Kafka acknowledges it: two arrays, the record, its future
   * and callback.
   */
  private static final int OVERHEAD_BYTES = 256;

  private final String tenant;
  private final Instant now;
  private final Instant latest;
  private final EventLimits limits;
  private final BodyLimits body;
  private final EventEncoder encoder;
  private final InFlight.Share room;

  private final Adjustments adjustments = new Adjustments();
  private final CleanText text;
  private final List<EncodedEvent> accepted = new ArrayList<>();
  private final List<Refusal> refused = new ArrayList<>();
  private int received;
  private long encodedBytes;

  public Intake(
      String tenant,
      Instant now,
      EventLimits limits,
      BodyLimits body,
      EventEncoder encoder,
      InFlight.Share room) {
    this.tenant = tenant;
    this.now = now;
    this.latest = now.plus(limits.futureTolerance());
    this.limits = limits;
    this.body = body;
    this.encoder = encoder;
    this.room = room;
    this.text = new CleanText(limits, adjustments);
  }

  /** Owner of every record of the request; nothing in the body changes it. */
  public String tenant() {
    return tenant;
  }

  /** When the request arrived. */
  public Instant now() {
    return now;
  }

  public EventLimits limits() {
    return limits;
  }

  public CleanText text() {
    return text;
  }

  public Adjustments adjustments() {
    return adjustments;
  }

  public TextMap tags() {
    return new TextMap(text, adjustments, limits.tags(), Adjustment.TAG_DROPPED);
  }

  public TextMap metadata() {
    return new TextMap(text, adjustments, limits.tags(), Adjustment.METADATA_DROPPED);
  }

  public TextMap eventAttributes() {
    return new TextMap(
        text, adjustments, limits.eventAttributes(), Adjustment.EVENT_ATTRIBUTE_DROPPED);
  }

  /** Takes the next record in, or refuses it when its time or its size is out of bounds. */
  public void accept(TraceEvent event) {
    Instant timestamp = event.getTimestamp();
    if (!timestamp.isAfter(Instant.EPOCH)) {
      refuse(RefusalReason.INVALID_TIMESTAMP, "the time must be after 1970-01-01T00:00:00Z");
      return;
    }
    if (timestamp.isAfter(latest)) {
      refuse(
          RefusalReason.FUTURE_TIMESTAMP,
          "the time is more than " + limits.futureTolerance().toSeconds() + " s ahead");
      return;
    }
    byte[] value = encodeWithinLimit(event);
    if (value == null) {
      refuse(
          RefusalReason.TOO_LARGE,
          "the event has more than " + limits.recordBytes() + " bytes without events and metadata");
      return;
    }
    byte[] key = event.getTraceId().getBytes(StandardCharsets.UTF_8);
    claim(key.length + value.length + OVERHEAD_BYTES);
    accepted.add(new EncodedEvent(nextIndex(), key, value, timestamp.toEpochMilli()));
  }

  private void claim(int bytes) {
    encodedBytes += bytes;
    if (encodedBytes > body.encodedBytes()) {
      throw new RefusedRequestException(
          RequestRefusal.TOO_LARGE,
          "the records of one request have more than " + body.encodedBytes() + " bytes together");
    }
    room.claim(bytes);
  }

  /** Refuses the next record. */
  public void refuse(RefusalReason reason, String detail) {
    refused.add(new Refusal(nextIndex(), reason, detail));
  }

  private byte @Nullable [] encodeWithinLimit(TraceEvent event) {
    byte[] value = encoder.encode(event);
    if (value.length <= limits.recordBytes()) {
      return value;
    }
    TraceEvent smaller = TraceEvent.newBuilder(event).setEvents(List.of()).build();
    value = encoder.encode(smaller);
    adjustments.count(Adjustment.EVENT_DROPPED, event.getEvents().size());
    if (value.length <= limits.recordBytes()) {
      return value;
    }
    value = encoder.encode(TraceEvent.newBuilder(smaller).setMetadata(Map.of()).build());
    adjustments.count(Adjustment.METADATA_DROPPED, event.getMetadata().size());
    return value.length <= limits.recordBytes() ? value : null;
  }

  private int nextIndex() {
    if (received == body.records()) {
      throw new RefusedRequestException(
          RequestRefusal.TOO_LARGE, "more than " + body.records() + " records in one request");
    }
    return received++;
  }

  /** Records seen so far, accepted and refused. */
  public int received() {
    return received;
  }

  public List<EncodedEvent> accepted() {
    return accepted;
  }

  public List<Refusal> refused() {
    return refused;
  }
}
