/**
 * Keeps the number of series bounded: names of operations become templates, and names beyond the
 * limits overflow to {@code __other__}. No Kafka.
 */
@NullMarked
package io.tracetide.processor.cardinality;

import org.jspecify.annotations.NullMarked;
