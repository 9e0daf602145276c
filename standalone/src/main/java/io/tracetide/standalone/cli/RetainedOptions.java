package io.tracetide.standalone.cli;

import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.retained.RetainedEvents;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Options for the range of retained events that a command reads, and for the form of its report.
 */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class RetainedOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "start of the range: 2h, 7d, or a time such as 2026-03-01T12:00:00Z (default: all that is"
              + " retained)")
  private @Nullable String from;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "maximum number of records to read, the newest of each partition (default:"
              + " ${DEFAULT-VALUE})")
  private long limit;

  @Option(names = "--json", description = "print the report as one JSON object")
  private boolean json;

  /** Creates options with a default limit. */
  RetainedOptions(long limit) {
    this.limit = limit;
  }

  boolean json() {
    return json;
  }

  /** The range, checked before any connection is made. */
  Range range(Instant now) {
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit must be at least 1, got " + limit);
    }
    return new Range(Optional.ofNullable(from).map(text -> PastTime.of(text, now, spec)), limit);
  }

  RetainedEvents open(TracetideConfig config, Range range) {
    return RetainedEvents.open(
        config.kafka(), config.topics().timeout(), range.from(), range.limit());
  }

  /**
   * The events to read.
   *
   * @param from lowest time; empty for all
   * @param limit maximum number of records
   */
  record Range(Optional<Instant> from, long limit) {}
}
