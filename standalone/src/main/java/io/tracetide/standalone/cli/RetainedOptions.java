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

/** Which of the events that Kafka still has a command reads, and how it reports on them. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class RetainedOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "how far back: 2h, 7d, or a time such as 2026-03-01T12:00:00Z (default: all that is"
              + " retained)")
  private @Nullable String from;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "records to read at most, the newest of each partition (default: ${DEFAULT-VALUE})")
  private long limit;

  @Option(names = "--json", description = "print the report as one JSON object")
  private boolean json;

  /** With a limit of its own for commands that ask for none. */
  RetainedOptions(long limit) {
    this.limit = limit;
  }

  boolean json() {
    return json;
  }

  /** What has to be right before anything is contacted. */
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

  /** What to read: from when on, and how many records at most. */
  record Range(Optional<Instant> from, long limit) {}
}
