/** Records on their way from Kafka into the topology: many at a time. */
@NullMarked
package io.tracetide.processor.intake;

import org.jspecify.annotations.NullMarked;
