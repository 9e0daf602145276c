package io.tracetide.runtime.kafka.streams;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A change of the number of partitions of an input topic, which Kafka Streams cannot follow. */
final class PartitionChange {

  private static final Pattern MESSAGE =
      Pattern.compile(
          "internal topic (\\S+) has invalid partitions: expected: (\\d+); actual: (\\d+)");

  private PartitionChange() {}

  /** The cause and its remedy, if that is why a thread failed. */
  static Optional<String> of(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Matcher found = MESSAGE.matcher(String.valueOf(cause.getMessage()));
      if (found.find()) {
        return Optional.of(
            ("the input topics have %2$s partitions, but had %3$s when the application started"
                    + " for the first time, and its topic %1$s still has %3$s; process the records"
                    + " of the topic that has more, delete it and create it with %3$s partitions,"
                    + " or set another applicationId, which begins with empty stores")
                .formatted(found.group(1), found.group(2), found.group(3)));
      }
    }
    return Optional.empty();
  }
}
