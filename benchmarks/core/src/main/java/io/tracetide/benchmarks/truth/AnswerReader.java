package io.tracetide.benchmarks.truth;

import java.util.Optional;

/** Decodes the published records of a variant. */
@FunctionalInterface
public interface AnswerReader {

  /** The result in a record; empty when the record has none. */
  Optional<Answer> read(byte[] key, byte[] value);
}
