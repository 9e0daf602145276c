package io.tracetide.processor.event;

import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Says which fields of a record are wanted. */
@FunctionalInterface
interface FieldPlan<V> {

  /** Reader of the field as it was written; null to pass over it. */
  @Nullable FieldReader<V> readerOf(String field, Schema written);
}
