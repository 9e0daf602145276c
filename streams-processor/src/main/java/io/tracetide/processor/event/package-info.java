/** Trace events as they arrive: read straight from their bytes, only what aggregation needs. */
@NullMarked
package io.tracetide.processor.event;

import org.jspecify.annotations.NullMarked;
