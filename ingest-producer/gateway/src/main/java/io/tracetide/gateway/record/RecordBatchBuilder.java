package io.tracetide.gateway.record;

import io.tracetide.runtime.config.DurationFormat;
import io.tracetide.runtime.privacy.Findings;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.mapping.DurationLimit;
import io.tracetide.schemas.mapping.EpochMicros;
import io.tracetide.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the records of one request. Each is accepted, encoded for Kafka, or refused with a
 * reason; an invalid record does not affect the others. Nothing is sent before the whole body has
 * been read, so that nothing of a malformed or too large body reaches Kafka.
 *
 * <p>Used by one thread.
 */
public final class RecordBatchBuilder {
  private static final int EVENTS = TraceEvent.getClassSchema().getField("events").pos();
  private static final int METADATA = TraceEvent.getClassSchema().getField("metadata").pos();

  /**
   * Estimated size of the objects that hold an encoded record until Kafka acknowledges it: two
   * arrays, the record, its future and callback.
   */
  private static final int OVERHEAD_BYTES = 256;

  /** Metadata key of an event: the classes of personal data that were masked in it. */
  public static final String MASKED = "tracetide.masked";

  /** Earlier times are implausible: seconds of the present, read as milliseconds, are in 1970. */
  private static final Instant EARLIEST = Instant.EPOCH.plus(Duration.ofDays(365));

  private final String tenant;
  private final Instant now;
  private final Instant latest;
  private final Instant oldest;
  private final EventLimits limits;
  private final BodyLimits body;
  private final RecordEncoder encoder;
  private final KnownTexts.Reading known;
  private final InFlight.Share room;
  private final Findings findings;

  private final Truncations truncations = new Truncations();
  private final CleanText text;
  private final List<EncodedRecord> accepted = new ArrayList<>();
  private final List<Refusal> refused = new ArrayList<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private String sender = "";
  private ChronoUnit timeUnit = ChronoUnit.NANOS;
  private int received;
  private long encodedBytes;
  private String metricKeyService = "";
  private byte[] metricKey = {};

  RecordBatchBuilder(
      String tenant,
      Instant now,
      EventLimits limits,
      BodyLimits body,
      RecordEncoder encoder,
      Masker masker,
      KnownTexts known,
      InFlight.Share room) {
    this.tenant = tenant;
    this.now = now;
    this.latest = now.plus(limits.futureTolerance());
    this.oldest = now.minus(limits.maxAge());
    this.limits = limits;
    this.body = body;
    this.encoder = encoder;
    this.known = known.reading();
    this.room = room;
    this.findings = masker.findings();
    this.text = new CleanText(limits, truncations, masker, this.known, findings);
  }

  /** Owner of every record of the request, whatever the body contains. */
  public String tenant() {
    return tenant;
  }

  /** When the request was received. */
  public Instant now() {
    return now;
  }

  /** Sets the unit of times in the request, for error messages. */
  public void timesIn(ChronoUnit unit) {
    timeUnit = unit;
  }

  public EventLimits limits() {
    return limits;
  }

  /** Decodes texts that are likely to repeat. */
  public KnownTexts.Reading known() {
    return known;
  }

  public CleanText text() {
    return text;
  }

  public Truncations truncations() {
    return truncations;
  }

  /** The personal data masked in the texts of the request. */
  public Findings findings() {
    return findings;
  }

  /** Sets the service of the records that follow, for the log. */
  public void sender(String service) {
    sender = service;
    truncations.sender(service);
  }

  /** Adds a warning about accepted records to the response. */
  public void warn(String warning) {
    warnings.add(warning);
  }

  /** The distinct warnings. */
  public Set<String> warnings() {
    return warnings;
  }

  public TextMap tags() {
    return new TextMap(text, truncations, limits.tags(), Truncation.TAG_DROPPED);
  }

  public TextMap metadata() {
    return new TextMap(text, truncations, limits.tags(), Truncation.METADATA_DROPPED);
  }

  public TextMap eventAttributes() {
    return new TextMap(
        text, truncations, limits.eventAttributes(), Truncation.EVENT_ATTRIBUTE_DROPPED);
  }

  public Dimensions dimensions() {
    return new Dimensions(text, truncations, limits.tags());
  }

  /** Adds the next event, or refuses it when its time or size is out of bounds. */
  public void accept(TraceEvent event) {
    accept(event, 0);
  }

  /**
   * Adds an event that shares texts with others. The event may be modified.
   *
   * @param shared result of {@link Findings#take()} for the shared texts
   */
  public void accept(TraceEvent event, long shared) {
    long masked = findings.take() | shared;
    if (refusesDuration(event.getDurationMicros()) || refusesTime(event.getTimestamp())) {
      return;
    }
    dropImplausibleEvents(event);
    if (masked != 0) {
      markMasked(event, masked);
    }
    byte[] value = encodeWithinLimit(event);
    if (value == null) {
      refuse(
          RefusalReason.TOO_LARGE,
          "the event has more than " + limits.recordBytes() + " bytes without events and metadata");
      return;
    }
    byte[] key = event.getTraceId().getBytes(StandardCharsets.UTF_8);
    accept(Topics.TRACES, key, value, event.getTimestamp());
  }

  /** Adds the next sample, or refuses it when its time or size is out of bounds. */
  public void accept(MetricSample sample) {
    findings.take();
    if (refusesTime(sample.getTimestamp())) {
      return;
    }
    byte[] value = encoder.encode(sample);
    if (value.length > limits.recordBytes()) {
      refuse(
          RefusalReason.TOO_LARGE,
          "the measurement has more than " + limits.recordBytes() + " bytes");
      return;
    }
    accept(Topics.METRICS, metricKey(sample.getServiceName()), value, sample.getTimestamp());
  }

  private void accept(String topic, byte[] key, byte[] value, Instant timestamp) {
    claim(key.length + value.length + OVERHEAD_BYTES);
    accepted.add(new EncodedRecord(nextIndex(), topic, key, value, timestamp.toEpochMilli()));
  }

  /** Cached, because most samples of a request have the same service. */
  private byte[] metricKey(String service) {
    if (metricKey.length == 0 || !service.equals(metricKeyService)) {
      metricKeyService = service;
      metricKey = (tenant + "|" + service).getBytes(StandardCharsets.UTF_8);
    }
    return metricKey;
  }

  /**
   * Drops inner events that are further from the time of the event than the longest duration: they
   * have another unit, or the clock was not set.
   */
  private void dropImplausibleEvents(TraceEvent event) {
    List<SpanEvent> events = event.getEvents();
    if (events.isEmpty()) {
      return;
    }
    long at = EpochMicros.of(event.getTimestamp());
    List<SpanEvent> plausible = new ArrayList<>(events.size());
    for (SpanEvent each : events) {
      long when = EpochMicros.of(each.getTimestamp());
      // 0 stands for an absent time: the processor then uses the time of the event.
      if (when == 0 || Math.abs(when - at) <= DurationLimit.MAX_MICROS) {
        plausible.add(each);
      }
    }
    if (plausible.size() < events.size()) {
      truncations().count(Truncation.EVENT_TIME_INVALID, events.size() - plausible.size());
      event.put(EVENTS, plausible);
    }
  }

  private boolean refusesDuration(@Nullable Long micros) {
    if (micros == null || micros <= DurationLimit.MAX_MICROS) {
      return false;
    }
    refuse(
        RefusalReason.INVALID_DURATION,
        "the duration is more than "
            + DurationLimit.MAX.toDays()
            + " days: its unit is probably wrong");
    return true;
  }

  /** Refuses the next record when its time is implausible, too old, or too far in the future. */
  public boolean refusesTime(Instant timestamp) {
    if (timestamp.isAfter(oldest) && !timestamp.isAfter(latest)) {
      return false;
    }
    if (!timestamp.isAfter(Instant.EPOCH)) {
      refuse(RefusalReason.INVALID_TIMESTAMP, "the time must be after 1970-01-01T00:00:00Z");
      return true;
    }
    boolean early = !timestamp.isAfter(EARLIEST);
    ChronoUnit meant = early || timestamp.isAfter(latest) ? unitOf(timestamp) : null;
    if (early || meant != null) {
      refuse(
          RefusalReason.BAD_TIMESTAMP,
          "the time must be in "
              + name(timeUnit)
              + " since 1970"
              + (meant == null ? "" : "; it looks like " + name(meant)));
    } else if (timestamp.isAfter(latest)) {
      refuse(
          RefusalReason.FUTURE_TIMESTAMP,
          "the time is more than " + limits.futureTolerance().toSeconds() + " s ahead");
    } else {
      refuse(
          RefusalReason.BEYOND_RETENTION,
          "the time is more than "
              + DurationFormat.print(limits.maxAge())
              + " ago; event.maxAge of the gateway is the limit");
    }
    return true;
  }

  private @Nullable ChronoUnit unitOf(Instant timestamp) {
    return TimeUnitGuess.of(timestamp, timeUnit, now);
  }

  private static String name(ChronoUnit unit) {
    return switch (unit) {
      case NANOS -> "nanoseconds";
      case MICROS -> "microseconds";
      case MILLIS -> "milliseconds";
      default -> "seconds";
    };
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

  private void markMasked(TraceEvent event, long masked) {
    Map<String, String> metadata = new LinkedHashMap<>(event.getMetadata());
    metadata.put(MASKED, findings.names(masked));
    event.put(METADATA, metadata);
  }

  /** Refuses the next record. */
  public void refuse(RefusalReason reason, String detail) {
    findings.take();
    refused.add(new Refusal(nextIndex(), reason, detail, sender));
  }

  private byte @Nullable [] encodeWithinLimit(TraceEvent event) {
    byte[] value = encoder.encode(event);
    if (value.length <= limits.recordBytes()) {
      return value;
    }
    truncations.count(Truncation.EVENT_DROPPED, event.getEvents().size());
    event.put(EVENTS, List.of());
    value = encoder.encode(event);
    if (value.length <= limits.recordBytes()) {
      return value;
    }
    truncations.count(Truncation.METADATA_DROPPED, event.getMetadata().size());
    event.put(METADATA, onlyMark(event));
    value = encoder.encode(event);
    return value.length <= limits.recordBytes() ? value : null;
  }

  private static Map<String, String> onlyMark(TraceEvent event) {
    String masked = event.getMetadata().get(MASKED);
    return masked == null ? Map.of() : Map.of(MASKED, masked);
  }

  private int nextIndex() {
    if (received == body.records()) {
      throw new RefusedRequestException(
          RequestRefusal.TOO_LARGE, "more than " + body.records() + " records in one request");
    }
    return received++;
  }

  /** Number of records so far, accepted and refused. */
  public int received() {
    return received;
  }

  /** Bytes of the accepted records until Kafka acknowledges them. */
  public long encodedBytes() {
    return encodedBytes;
  }

  public List<EncodedRecord> accepted() {
    return accepted;
  }

  public List<Refusal> refused() {
    return refused;
  }
}
