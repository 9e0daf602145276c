/** Processors that open, update and resolve anomalies, and their stores. */
@NullMarked
package io.tracetide.processor.topology.anomaly;

import org.jspecify.annotations.NullMarked;
