package io.tracetide.processor.event;

import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Selects the fields of a record that are read. */
@FunctionalInterface
interface FieldPlan<V> {

  /** Reader of the field in the writer's schema; null to skip it. */
  @Nullable FieldReader<V> readerOf(String field, Schema written);
}
