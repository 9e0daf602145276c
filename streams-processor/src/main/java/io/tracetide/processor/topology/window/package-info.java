/** Processors that aggregate spans and metrics into windows, and their stores. */
@NullMarked
package io.tracetide.processor.topology.window;

import org.jspecify.annotations.NullMarked;
