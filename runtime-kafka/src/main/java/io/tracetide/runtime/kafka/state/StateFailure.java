package io.tracetide.runtime.kafka.state;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * A failure of Kafka Streams that is caused by the local state.
 *
 * @param kind whether the files or the machine are the cause
 * @param task id of the task that failed, when the failure names it
 * @param reason reason in one line
 */
public record StateFailure(Kind kind, Optional<String> task, String reason) {

  /** The cause. */
  public enum Kind {
    /** Files that cannot be read or have wrong content: restoring repairs them. */
    DAMAGED,
    /** The disk is full, read-only or not accessible: restoring does not help. */
    MACHINE
  }

  private static final int LONGEST_REASON = 240;
  private static final String[] MACHINE_WORDS = {
    "No space left on device",
    "Disk quota exceeded",
    "Read-only file system",
    "Permission denied",
    "Too many open files",
    "Cannot allocate memory"
  };
  private static final Pattern TASK_IN_PATH =
      Pattern.compile("[/\\\\](\\d+_\\d+)(?=[/\\\\\\]\\s]|$)");

  /**
   * Classifies a failure; empty when the state is not the cause.
   *
   * <p>A {@link ProcessorStateException} alone does not mean damage: Kafka Streams also wraps
   * exceptions of processors in it while a cache is flushed.
   */
  public static Optional<StateFailure> of(Throwable failure) {
    if (chain(failure).noneMatch(StateFailure::isOfState)) {
      return Optional.empty();
    }
    Optional<String> task = task(failure);
    Optional<String> machine = machineReason(failure);
    if (machine.isPresent()) {
      return Optional.of(new StateFailure(Kind.MACHINE, task, machine.get()));
    }
    return chain(failure)
        .filter(StateFailure::isDamage)
        .findFirst()
        .map(cause -> new StateFailure(Kind.DAMAGED, task, oneLine(cause)));
  }

  /** As {@link #of}, for a failure to start: then every failure of the state is a damage. */
  public static Optional<StateFailure> ofStart(Throwable failure) {
    return of(failure)
        .or(
            () ->
                chain(failure)
                    .filter(StateFailure::isOfState)
                    .findFirst()
                    .map(cause -> new StateFailure(Kind.DAMAGED, task(failure), oneLine(cause))));
  }

  /** The text in a message that shows that the machine is the cause. */
  static Optional<String> machineReason(Throwable failure) {
    return chain(failure)
        .filter(cause -> cause.getMessage() != null)
        .filter(
            cause ->
                Stream.of(MACHINE_WORDS).anyMatch(String.valueOf(cause.getMessage())::contains))
        .findFirst()
        .map(StateFailure::oneLine);
  }

  static String oneLine(Throwable failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    String line = message.lines().findFirst().orElse(message).strip();
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "...";
  }

  private static boolean isOfState(Throwable cause) {
    return cause instanceof RocksDBException || cause instanceof ProcessorStateException;
  }

  private static boolean isDamage(Throwable cause) {
    if (cause instanceof RocksDBException rocks) {
      @Nullable Status status = rocks.getStatus();
      return status == null
          || switch (status.getCode()) {
            case Busy, TimedOut, Aborted, TryAgain, ShutdownInProgress, Expired -> false;
            default -> true;
          };
    }
    String message = String.valueOf(cause.getMessage());
    return (cause instanceof ProcessorStateException && cause.getCause() instanceof IOException)
        || message.contains("existing file with the same name")
        || message.contains("Unable to parse segment id")
        || message.contains("cannot be created for segments");
  }

  private static Optional<String> task(Throwable failure) {
    Optional<String> named =
        chain(failure)
            .filter(StreamsException.class::isInstance)
            .flatMap(cause -> ((StreamsException) cause).taskId().stream())
            .map(Object::toString)
            .findFirst();
    return named.or(
        () ->
            chain(failure)
                .map(cause -> TASK_IN_PATH.matcher(String.valueOf(cause.getMessage())))
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .findFirst());
  }

  private static Stream<Throwable> chain(Throwable failure) {
    return Stream.<Throwable>iterate(failure, cause -> cause != null, Throwable::getCause)
        .limit(50);
  }
}
