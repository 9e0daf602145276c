/** Processors that validate records and write dead letters. */
@NullMarked
package io.tracetide.processor.topology.intake;

import org.jspecify.annotations.NullMarked;
