package io.tracetide.benchmarks.truth;

import java.util.Optional;

/** Understands what a variant publishes. */
@FunctionalInterface
public interface AnswerReader {

  /** The answer in a record; none when the record is about something else. */
  Optional<Answer> read(byte[] key, byte[] value);
}
