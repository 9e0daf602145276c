package io.tracetide.standalone.cli;

import io.tracetide.runtime.config.DurationFormat;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Parses the value of an option: a duration before now, or a time. */
final class PastTime {

  private PastTime() {}

  static Instant of(String text, Instant now, CommandSpec spec) {
    return of("--from", text, now, spec);
  }

  static Instant of(String option, String text, Instant now, CommandSpec spec) {
    Optional<Duration> back = DurationFormat.parse(text);
    try {
      return back.isPresent() ? now.minus(back.get()) : Instant.parse(text);
    } catch (DateTimeException e) {
      throw new ParameterException(
          spec.commandLine(),
          option
              + " must be a duration such as 2h or a time such as 2026-03-01T12:00:00Z, got "
              + text,
          e);
    }
  }
}
