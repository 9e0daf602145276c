/** Anomalies of processors that are killed, compared with those of processors that are not. */
@NullMarked
package io.tracetide.benchmarks.anomaly;

import org.jspecify.annotations.NullMarked;
