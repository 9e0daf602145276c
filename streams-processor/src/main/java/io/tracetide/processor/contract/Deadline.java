package io.tracetide.processor.contract;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.runtime.config.DurationFormat;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/** Time at which a trace must have ended, derived from its start. */
sealed interface Deadline {

  String ZONE_EXPECTED = "a time zone such as UTC or Europe/Berlin";

  /** The deadline of a trace with this start. */
  Instant after(Instant start);

  /** Which ordinary finished spans may miss it. */
  JudgeInterest interest();

  /** A duration after the start. */
  record Within(Duration time) implements Deadline {
    @Override
    public Instant after(Instant start) {
      return start.plus(time);
    }

    @Override
    public JudgeInterest interest() {
      return JudgeInterest.longerThan(time.toNanos() / 1_000);
    }
  }

  /** The next time of day; a trace that starts at exactly that time has one day. */
  record At(LocalTime time, ZoneId zone) implements Deadline {
    @Override
    public Instant after(Instant start) {
      ZonedDateTime from = start.atZone(zone);
      ZonedDateTime today = from.toLocalDate().atTime(time).atZone(zone);
      ZonedDateTime next =
          today.isAfter(from) ? today : from.toLocalDate().plusDays(1).atTime(time).atZone(zone);
      return next.toInstant();
    }

    @Override
    public JudgeInterest interest() {
      return JudgeInterest.ALL;
    }
  }

  static boolean isDeadline(String text) {
    return time(text).isPresent()
        || DurationFormat.parse(text).filter(d -> !d.isZero() && !d.isNegative()).isPresent();
  }

  static boolean isZone(String text) {
    try {
      return !ZoneId.of(text).getId().isEmpty();
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** Parses a text for which {@link #isDeadline} is true. */
  static Deadline of(String text, String zone) {
    return time(text)
        .<Deadline>map(time -> new At(time, ZoneId.of(zone)))
        .orElseGet(() -> new Within(DurationFormat.parse(text).orElseThrow()));
  }

  private static Optional<LocalTime> time(String text) {
    try {
      return text.indexOf(':') < 0 ? Optional.empty() : Optional.of(LocalTime.parse(text.strip()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
