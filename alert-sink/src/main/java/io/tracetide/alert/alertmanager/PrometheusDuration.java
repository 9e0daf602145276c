package io.tracetide.alert.alertmanager;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Prometheus writes them, from the longest unit to the shortest: {@code 1d12h}. */
final class PrometheusDuration {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(\\d{1,9})y)?(?:(\\d{1,9})w)?(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?"
              + "(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

  private static final Duration[] UNITS = {
    Duration.ofDays(365),
    Duration.ofDays(7),
    Duration.ofDays(1),
    Duration.ofHours(1),
    Duration.ofMinutes(1),
    Duration.ofSeconds(1),
    Duration.ofMillis(1)
  };

  private PrometheusDuration() {}

  /** Empty if the text is not a duration. */
  static Optional<Duration> parse(String text) {
    if (text.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    Matcher parts = FORM.matcher(text);
    if (text.isEmpty() || !parts.matches()) {
      return Optional.empty();
    }
    Duration sum = Duration.ZERO;
    for (int i = 0; i < UNITS.length; i++) {
      String count = parts.group(i + 1);
      sum = count == null ? sum : sum.plus(UNITS[i].multipliedBy(Long.parseLong(count)));
    }
    return Optional.of(sum);
  }
}
